#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using testing::IsBadRequest;
using testing::IsError;
using testing::IsNotFound;
using testing::JsonAt;
using testing::Reply;

constexpr const char* kRender = "/pinion/v1/templates/render";

class TemplateReviewsOperationsTest : public testing::ApiTest {
 protected:
  void MakeSms(const std::string& body = "Hi {{FirstName}}") {
    ASSERT_THAT(Post("/v1/templates/t/sms", R"({"Body":")" + body + R"("})"), HasStatus(201));
  }
  void AddSms(const std::string& body) {
    ASSERT_THAT(Put("/v1/templates/t/sms?create-new-version=true", R"({"Body":")" + body + R"("})"),
                HasStatus(202));
  }
  Reply Act(const std::string& action, const std::string& more = "") {
    return Post(native_ + "/approval", R"({"Action":")" + action + "\"" + more + "}");
  }
  void RequireApproval() {
    ASSERT_THAT(Put("/pinion/v1/templates/policy", R"({"RequireApproval":true})"), HasStatus(200));
  }
  Reply Activate(const std::string& version) {
    return Put("/v1/templates/t/sms/active-version", R"({"Version":")" + version + R"("})");
  }
  Reply SendTo(const std::string& app) {
    Put("/v1/apps/" + app + "/channels/sms", "{}");
    return Post("/v1/apps/" + app + "/messages",
                R"({"Addresses":{"+12065550182":{"ChannelType":"SMS"}},"MessageConfiguration":{},)"
                R"("TemplateConfiguration":{"SMSTemplate":{"Name":"t"}}})");
  }

  const std::string native_ = "/pinion/v1/templates/t/sms";
};

TEST_F(TemplateReviewsOperationsTest, RenderShowsGivenContentForAnInlineEndpoint) {
  const Reply reply = Post(
      kRender,
      R"({"TemplateType":"EMAIL","Content":{"Subject":"Hi {{FirstName}}","HtmlPart":"<p>{{FirstName}} {{Gone}}</p>",)"
      R"("DefaultSubstitutions":"{\"Shop\":\"Yamada\"}","TextPart":"{{Shop}}"},)"
      R"("Endpoint":{"Attributes":{"FirstName":["O'Neil"]}}})");

  EXPECT_THAT(reply, HasStatus(200));
  EXPECT_THAT(reply, JsonAt("/Subject", "Hi O'Neil"));
  EXPECT_THAT(reply, JsonAt("/HtmlPart", "<p>O&#x27;Neil </p>"));
  EXPECT_THAT(reply, JsonAt("/TextPart", "Yamada"));
  EXPECT_THAT(reply, JsonAt("/Variables", R"(["FirstName","Gone","Shop"])"));
  EXPECT_THAT(reply, JsonAt("/MissingVariables", R"(["Gone"])"));
  EXPECT_THAT(reply, JsonAt("/DefaultedVariables", R"(["Shop"])"));
}

TEST_F(TemplateReviewsOperationsTest, RenderCountsThePartsOfAnSms) {
  const Reply gsm = Post(kRender, R"({"TemplateType":"sms","Content":{"Body":"Hello"}})");
  EXPECT_THAT(gsm, JsonAt("/Encoding", "GSM"));
  EXPECT_THAT(gsm, JsonAt("/NumberOfMessageParts", 1));

  std::string body;
  for (int i = 0; i < 71; ++i) {
    body += "あ";
  }
  const Reply wide =
      Post(kRender, R"({"TemplateType":"SMS","Content":{"Body":")" + body + R"("}})");
  EXPECT_THAT(wide, JsonAt("/Body", body));
  EXPECT_THAT(wide, JsonAt("/Encoding", "UCS-2"));
  EXPECT_THAT(wide, JsonAt("/NumberOfMessageParts", 2));
}

TEST_F(TemplateReviewsOperationsTest, RenderShowsAStoredTemplateForAStoredEndpoint) {
  MakeSms("Hi {{FirstName}} {{Code}}");
  const std::string app = MakeApp();
  Put("/v1/apps/" + app + "/endpoints/e",
      R"({"ChannelType":"SMS","Address":"+12065550182","Attributes":{"FirstName":["花子"]}})");

  const Reply reply =
      Post(kRender,
           R"({"TemplateType":"SMS","TemplateName":"t","Substitutions":{"Code":["X1"]},)"
           R"("EndpointId":"e","ApplicationId":")" +
               app + R"("})");

  EXPECT_THAT(reply, JsonAt("/Body", "Hi 花子 X1"));
}

TEST_F(TemplateReviewsOperationsTest, RenderShowsTheSectionsOfAPushTemplate) {
  const Reply reply = Post(
      kRender,
      R"({"TemplateType":"PUSH","Content":{"Default":{"Title":"{{A}}"},"GCM":{"RawContent":"{\"x\":\"{{A}}\"}"}},)"
      R"("Substitutions":{"A":["q\""]}})");

  EXPECT_THAT(reply, JsonAt("/Default/Title", "q\""));
  EXPECT_THAT(reply, JsonAt("/GCM/RawContent", R"({"x":"q\""})"));
}

TEST_F(TemplateReviewsOperationsTest, MalformedContentIsRefusedWithItsPlace) {
  const Reply reply = Post(
      kRender, R"({"TemplateType":"EMAIL","Content":{"HtmlPart":"<p>\n  {{#if a}}x{{/each}}"}})");

  EXPECT_THAT(reply, HasStatus(400));
  EXPECT_THAT(reply, JsonAt("/Part", "HtmlPart"));
  EXPECT_THAT(reply, JsonAt("/Line", 2));
  EXPECT_THAT(reply, JsonAt("/Column", 13));
  EXPECT_THAT(reply, JsonAt("/Reason", "the open block is if, not each"));
}

TEST_F(TemplateReviewsOperationsTest, ARenderingFailureIs422) {
  const Reply reply =
      Post(kRender, R"({"TemplateType":"PUSH","Content":{"GCM":{"RawContent":"{{{a}}}"}}})");

  EXPECT_THAT(reply, HasStatus(422));
  EXPECT_THAT(reply, JsonAt("/Message", ::testing::StartsWith("Rendering failed: ")));
}

TEST_F(TemplateReviewsOperationsTest, RenderTakesExactlyOneContent) {
  EXPECT_THAT(Post(kRender, R"({"TemplateType":"SMS"})"), IsBadRequest());
  EXPECT_THAT(Post(kRender, R"({"TemplateType":"SMS","TemplateName":"t","Content":{}})"),
              IsBadRequest());
  EXPECT_THAT(Post(kRender, R"({"TemplateType":"SMS","TemplateName":"t"})"), IsNotFound());
  EXPECT_THAT(Post(kRender, R"({"TemplateType":"FAX","Content":{}})"), IsBadRequest());
}

TEST_F(TemplateReviewsOperationsTest, VariablesSayWhatHasADefault) {
  Post("/v1/templates/t/sms",
       R"({"Body":"{{upper A}} {{B}}","DefaultSubstitutions":"{\"A\":\"x\"}"})");

  const Reply reply = Get(native_ + "/variables");

  EXPECT_THAT(
      reply,
      JsonAt("/Variables", R"([{"Path":"A","HasDefault":true},{"Path":"B","HasDefault":false}])"));
  EXPECT_THAT(reply, JsonAt("/Helpers", R"(["upper"])"));
}

TEST_F(TemplateReviewsOperationsTest, DiffShowsPartsThatDiffer) {
  Post("/v1/templates/t/sms", R"({"Body":"one","TemplateDescription":"same"})");
  Put("/v1/templates/t/sms?create-new-version=true",
      R"({"Body":"two","TemplateDescription":"same","DefaultSubstitutions":"{}"})");

  EXPECT_THAT(
      Get(native_ + "/diff?from=1&to=2"),
      JsonAt(
          "/Parts",
          R"([{"Part":"Body","From":"one","To":"two"},{"Part":"DefaultSubstitutions","To":"{}"}])"));
  EXPECT_THAT(Get(native_ + "/diff?from=1"), IsBadRequest());
  EXPECT_THAT(Get(native_ + "/diff?from=1&to=3"), IsNotFound());
}

TEST_F(TemplateReviewsOperationsTest, MissingVariablesFailTheMessageWhereTheSettingSaysSo) {
  MakeSms("Hi {{FirstName}}");
  const std::string app = MakeApp();
  EXPECT_THAT(Get("/pinion/v1/settings/templates"), JsonAt("/MissingVariables", "OMIT"));
  EXPECT_THAT(SendTo(app).body, ::testing::HasSubstr("SUCCESSFUL"));

  EXPECT_THAT(
      Put("/pinion/v1/apps/" + app + "/settings/templates", R"({"MissingVariables":"FAIL"})"),
      JsonAt("/MissingVariables", "FAIL"));

  EXPECT_THAT(SendTo(app).body,
              ::testing::HasSubstr("Rendering failed: the variable FirstName has no value"));
  EXPECT_THAT(SendTo(MakeApp("other")).body, ::testing::HasSubstr("SUCCESSFUL"));
}

TEST_F(TemplateReviewsOperationsTest, ApprovalIsRecordedWithoutEffectByDefault) {
  MakeSms();

  EXPECT_THAT(Get(native_ + "/approval"), JsonAt("/State", "DRAFT"));
  EXPECT_THAT(SendTo(MakeApp()), HasStatus(200));
  const Reply reply = Act("SUBMIT", R"(,"Comment":"please")");
  EXPECT_THAT(reply, JsonAt("/State", "PENDING_REVIEW"));
  EXPECT_THAT(reply, JsonAt("/History/0/Comment", "please"));
  EXPECT_THAT(Act("SUBMIT"), IsError(409, "ConflictException"));
}

TEST_F(TemplateReviewsOperationsTest, WhatMustBeApprovedIsNotSentBefore) {
  RequireApproval();
  MakeSms();
  const std::string app = MakeApp();

  EXPECT_THAT(SendTo(app), IsError(403, "ForbiddenException"));
  Act("SUBMIT");
  EXPECT_THAT(SendTo(app), IsError(403, "ForbiddenException"));
  EXPECT_THAT(Act("APPROVE"), JsonAt("/State", "APPROVED"));

  EXPECT_THAT(SendTo(app), HasStatus(200));
}

TEST_F(TemplateReviewsOperationsTest, OnlyApprovedVersionsBecomeActive) {
  RequireApproval();
  MakeSms();
  AddSms("second");

  EXPECT_THAT(Activate("2"), IsError(403, "ForbiddenException"));
  EXPECT_THAT(Get("/v1/templates/t/sms"), JsonAt("/Version", "1"));
  Act("SUBMIT");
  EXPECT_THAT(Act("APPROVE", R"(,"Activate":true)"), JsonAt("/Version", "2"));

  EXPECT_THAT(Get("/v1/templates/t/sms"), JsonAt("/Version", "2"));
}

TEST_F(TemplateReviewsOperationsTest, ActiveAndApprovedContentIsNotOverwritten) {
  MakeSms();
  RequireApproval();

  EXPECT_THAT(Put("/v1/templates/t/sms", R"({"Body":"x"})"), IsError(403, "ForbiddenException"));
  AddSms("draft");
  EXPECT_THAT(Put("/v1/templates/t/sms", R"({"Body":"still a draft"})"), HasStatus(202));
  Act("SUBMIT");
  Act("APPROVE");
  EXPECT_THAT(Put("/v1/templates/t/sms", R"({"Body":"x"})"), IsError(403, "ForbiddenException"));
}

TEST_F(TemplateReviewsOperationsTest, PoliciesOfATemplateGoBeforeTheAccounts) {
  MakeSms();
  RequireApproval();

  EXPECT_THAT(Get(native_ + "/policy"), JsonAt("/RequireApproval", true));
  EXPECT_THAT(Put(native_ + "/policy", R"({"RequireApproval":false})"),
              JsonAt("/RequireApproval", false));
  EXPECT_THAT(Get("/pinion/v1/templates/policy"), JsonAt("/RequireApproval", true));
  EXPECT_THAT(SendTo(MakeApp()), HasStatus(200));
  EXPECT_THAT(Put(native_ + "/policy", R"({"RequiredApprovals":0})"), IsBadRequest());
}

TEST_F(TemplateReviewsOperationsTest, PendingVersionsAreListedPageByPage) {
  MakeSms();
  AddSms("second");
  Act("SUBMIT", R"(,"Version":"1")");
  Act("SUBMIT", R"(,"Version":"2")");
  AddSms("third");
  const std::string list = "/pinion/v1/templates/approvals?state=PENDING_REVIEW&page-size=1";

  const Reply first = Get(list);
  EXPECT_THAT(first, JsonAt("/Items/0/Version", "1"));
  const Reply second = Get(list + "&token=" + first.At("/NextToken").value_or(""));
  EXPECT_THAT(second, JsonAt("/Items/0/Version", "2"));
  EXPECT_EQ(second.At("/NextToken"), std::nullopt);
}

TEST_F(TemplateReviewsOperationsTest, MalformedOverridesAreRefusedBeforeAnythingIsSent) {
  const std::string app = MakeApp();
  Put("/v1/apps/" + app + "/channels/sms", "{}");

  const Reply reply =
      Post("/v1/apps/" + app + "/messages",
           R"({"Addresses":{"+12065550182":{"ChannelType":"SMS","BodyOverride":"{{#if a}}"}},)"
           R"("MessageConfiguration":{"SMSMessage":{"Body":"x"}}})");

  EXPECT_THAT(reply, IsBadRequest());
  EXPECT_THAT(reply.body, ::testing::HasSubstr("Addresses.+12065550182.BodyOverride, line 1"));
}

}  // namespace
}  // namespace pinion::api
