#include "templates/content_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/codec.h"
#include "templates/compiled_content.h"

namespace pinion::templates {
namespace {

using ::testing::HasSubstr;

// The message of the first broken rule, or nothing.
template <class Request>
std::string Broken(std::string_view json) {
  const auto request = model::Decode<Request>(json);
  if (!request.ok()) {
    return request.error().message;
  }
  const base::Status checked = CheckContent(*request);
  if (!checked.ok()) {
    return checked.error().message;
  }
  const auto compiled = CompileContent(*request);
  return compiled.ok() ? "" : compiled.error().message;
}

std::string Email(std::string_view json) {
  return Broken<model::EmailTemplateRequest>(json);
}
std::string Push(std::string_view json) {
  return Broken<model::PushNotificationTemplateRequest>(json);
}
std::string InApp(std::string_view json) {
  return Broken<model::InAppTemplateRequest>(json);
}

TEST(ContentRulesTest, LimitsCountCodePoints) {
  model::SMSTemplateRequest request;
  std::string body;
  for (size_t i = 0; i < kSmsBodyCharactersMax; ++i) {
    body += "é";
  }
  request.body = body;
  EXPECT_TRUE(CheckContent(request).ok());

  request.body = body + "x";
  EXPECT_EQ(CheckContent(request).error().message, "Member 'Body': at most 1600 characters.");

  request.body.reset();
  request.template_description = std::string(501, 'x');
  EXPECT_FALSE(CheckContent(request).ok());
}

TEST(ContentRulesTest, EmailPartsAreCountedTogether) {
  model::EmailTemplateRequest request;
  request.html_part = std::string(kEmailCharactersMax - 1, 'x');
  request.text_part = "x";
  EXPECT_TRUE(CheckContent(request).ok());

  request.subject = "x";
  EXPECT_FALSE(CheckContent(request).ok());
}

TEST(ContentRulesTest, HeadersKeepTheirForm) {
  EXPECT_EQ(Email(R"({"Headers":[{"Name":"List-Unsubscribe","Value":"<{{UnsubscribeUrl}}>"}]})"),
            "");
  EXPECT_THAT(Email(R"({"Headers":[{"Name":"a:b","Value":""}]})"), HasSubstr("Headers[0].Name"));
  EXPECT_THAT(Email(R"({"Headers":[{"Value":""}]})"), HasSubstr("Headers[0].Name"));
  EXPECT_THAT(Email(R"({"Headers":[{"Name":"SUBJECT","Value":""}]})"), HasSubstr("cannot be set"));
  EXPECT_THAT(Email(R"({"Headers":[{"Name":"Content-Type","Value":""}]})"),
              HasSubstr("cannot be set"));
  EXPECT_THAT(Email(R"({"Headers":[{"Name":"X-A","Value":"ok"},{"Name":"X-B","Value":"{{a"}]})"),
              HasSubstr("Headers[1].Value, line 1, column 1"));
}

TEST(ContentRulesTest, ActionsThatOpenNeedAUrl) {
  EXPECT_THAT(Push(R"({"Default":{"Action":"URL"}})"), HasSubstr("Default.Url"));
  EXPECT_THAT(Push(R"({"GCM":{"Action":"DEEP_LINK"}})"), HasSubstr("GCM.Url"));
  EXPECT_EQ(Push(R"({"APNS":{"Action":"OPEN_APP"},"ADM":{"Action":"URL","Url":"https://a.b"}})"),
            "");
}

TEST(ContentRulesTest, PushSectionsHaveTheirLimits) {
  const std::string long_body(4001, 'x');

  EXPECT_THAT(Push(R"({"GCM":{"Body":")" + long_body + "\"}}"), HasSubstr("Member 'GCM'"));
  EXPECT_EQ(Push(R"({"ADM":{"Body":")" + long_body + "\"}}"), "");
  EXPECT_THAT(Push(R"({"APNS":{"RawContent":"{{a."}})"), HasSubstr("APNS.RawContent, line 1"));
}

TEST(ContentRulesTest, InAppButtonsAndCarousels) {
  EXPECT_THAT(
      InApp(R"({"Content":[{"PrimaryBtn":{"DefaultConfig":{"ButtonAction":"LINK","Text":"x"}}}]})"),
      HasSubstr("Content[0].PrimaryBtn.DefaultConfig.Link"));
  EXPECT_EQ(
      InApp(
          R"({"Content":[{"PrimaryBtn":{"DefaultConfig":{"ButtonAction":"CLOSE","Text":"x"}}}]})"),
      "");
  EXPECT_THAT(InApp(R"({"Layout":"CAROUSEL","Content":[]})"), HasSubstr("carousel"));
  EXPECT_EQ(InApp(R"({"Layout":"TOP_BANNER","Content":[]})"), "");
  EXPECT_NE(InApp(R"({"Content":[{},{},{},{},{},{}]})"), "");
  EXPECT_NE(InApp(R"({"Content":[{"BodyConfig":{"Body":"x"}}]})"), "");
}

TEST(ContentRulesTest, DefaultSubstitutionsAreAnObject) {
  EXPECT_EQ(Email(R"({"DefaultSubstitutions":"{\"a\":{\"b\":[1,true,\"x\"]}}"})"), "");
  for (const char* text : {"[]", "1", "", "{", "{} {}"}) {
    EXPECT_THAT(Email(std::string(R"({"DefaultSubstitutions":")") + text + "\"}"),
                HasSubstr("DefaultSubstitutions"))
        << text;
  }
}

}  // namespace
}  // namespace pinion::templates
