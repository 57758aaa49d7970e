// What clients of SES v2 and Pinpoint Email see (CHN-136).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using ::testing::HasSubstr;
using testing::JsonAt;
using testing::Reply;

constexpr char kSend[] = "/v2/email/outbound-emails";
constexpr char kLog[] = "/pinion/v1/apps/default/messages";

class SesEmailTest : public testing::ApiTest {
 protected:
  static std::string Simple(const std::string& to, const std::string& more = "") {
    return R"({"FromEmailAddress":"Shop <shop@example.com>","Destination":{"ToAddresses":[")" + to +
           R"("]},"Content":{"Simple":{"Subject":{"Data":"Hi {{Name}}"},
           "Body":{"Text":{"Data":"Hello {{Name}}"}}}})" +
           more + "}";
  }
  static std::string WithContent(const std::string& content) {
    return R"({"FromEmailAddress":"shop@example.com","Destination":{"ToAddresses":["jo@a.example"]},
        "Content":)" +
           content + "}";
  }
  Reply Raw(const std::string& text, const std::string& more = "") {
    return Post(kSend,
                R"({"Content":{"Raw":{"Data":")" + base::Base64Encode(text) + "\"}}" + more + "}");
  }
  static std::string Error(const Reply& reply) {
    EXPECT_EQ(reply.Header("x-amzn-ErrorType"), reply.At("/__type"));
    EXPECT_TRUE(reply.At("/message").has_value()) << reply.body;
    return reply.At("/__type").value_or("");
  }
  Reply Logged(const Reply& sent) {
    return Get(std::string(kLog) + "/" + sent.At("/MessageId").value_or("none"));
  }
};

TEST_F(SesEmailTest, SimpleEmailIsSentAsItStands) {
  const Reply sent =
      Post(kSend, Simple("Jo <jo@a.example>", R"(,"EmailTags":[{"Name":"order","Value":"7"}],
      "ReplyToAddresses":["help@example.com"])"));

  EXPECT_THAT(sent, HasStatus(200));
  EXPECT_EQ(sent.Header("Content-Type"), "application/json");
  const Reply item = Logged(sent);
  EXPECT_THAT(item, JsonAt("/Status", "DELIVERED"));
  EXPECT_THAT(item, JsonAt("/Address", "jo@a.example"));
  EXPECT_THAT(item, JsonAt("/Subject", "Hi {{Name}}"));
  EXPECT_THAT(item, JsonAt("/TextBody", "Hello {{Name}}"));
  EXPECT_FALSE(item.At("/HtmlBody").has_value());
  EXPECT_THAT(item, JsonAt("/FromAddress", "Shop <shop@example.com>"));
  EXPECT_THAT(item, JsonAt("/ReplyTo", R"(["help@example.com"])"));
  EXPECT_THAT(item, JsonAt("/Context/order", "7"));
  EXPECT_THAT(item, JsonAt("/RequestId", sent.Header("x-amzn-RequestId")));
}

TEST_F(SesEmailTest, EveryRecipientHasAnItemOfTheSameBeginning) {
  const Reply sent = Post(kSend, R"({"FromEmailAddress":"shop@example.com","Destination":{
      "ToAddresses":["a@a.example","A@a.example"],"CcAddresses":["b@a.example"],
      "BccAddresses":["suppressionlist@simulator.pinion"]},
      "Content":{"Simple":{"Subject":{"Data":"S"},"Body":{"Html":{"Data":"<p>x</p>"}}}}})");

  ASSERT_THAT(sent, HasStatus(200));
  const Reply log = Get(kLog);
  const std::string first = sent.At("/MessageId").value_or("");
  EXPECT_THAT(log, JsonAt("/Items/0/MessageId", first));
  EXPECT_THAT(log, JsonAt("/Items/0/Address", "a@a.example"));
  EXPECT_THAT(log, JsonAt("/Items/1/MessageId", HasSubstr(first.substr(0, first.size() - 8))));
  EXPECT_THAT(log, JsonAt("/Items/1/Address", "b@a.example"));
  EXPECT_THAT(log, JsonAt("/Items/2/Status", "SUPPRESSED"));
  EXPECT_FALSE(log.At("/Items/3").has_value());
}

TEST_F(SesEmailTest, PinpointEmailTakesTheSame) {
  const Reply sent = Post("/v1/email/outbound-emails", Simple("jo@a.example"));

  EXPECT_THAT(sent, HasStatus(200));
  EXPECT_THAT(Logged(sent), JsonAt("/Address", "jo@a.example"));
}

TEST_F(SesEmailTest, RecipientsAndSenderOfARawEmailAreInItsHeader) {
  const Reply sent =
      Raw("From: shop@example.com\r\nTo: \"Doe, Jo\" <jo@a.example>,\r\n mo@a.example\r\n"
          "Bcc: secret@a.example\r\nSubject: S\r\n\r\nHello\r\n");

  ASSERT_THAT(sent, HasStatus(200));
  const Reply log = Get(kLog);
  EXPECT_THAT(log, JsonAt("/Items/0/Address", "jo@a.example"));
  EXPECT_THAT(log, JsonAt("/Items/1/Address", "mo@a.example"));
  EXPECT_THAT(log, JsonAt("/Items/2/Address", "secret@a.example"));
  EXPECT_THAT(log, JsonAt("/Items/0/FromAddress", "shop@example.com"));
}

TEST_F(SesEmailTest, DestinationOfARawEmailGoesBeforeItsHeader) {
  ASSERT_THAT(Raw("From: shop@example.com\r\nTo: jo@a.example\r\n\r\nHello",
                  R"(,"Destination":{"ToAddresses":["mo@a.example"]})"),
              HasStatus(200));

  const Reply log = Get(kLog);
  EXPECT_THAT(log, JsonAt("/Items/0/Address", "mo@a.example"));
  EXPECT_FALSE(log.At("/Items/1").has_value());
}

TEST_F(SesEmailTest, TemplateIsRenderedWithItsData) {
  ASSERT_THAT(
      Post(
          "/v1/templates/order/email",
          R"({"Subject":"Order {{order.id}} {{state}}","TextPart":"{{#each items}}{{name}},{{/each}}",
                   "DefaultSubstitutions":"{\"state\":\"open\"}"})"),
      HasStatus(201));

  const Reply sent = Post(kSend, WithContent(R"({"Template":{"TemplateName":"order",
      "TemplateData":"{\"order\":{\"id\":7},\"items\":[{\"name\":\"boots\"},{\"name\":\"hat\"}]}"}})"));

  ASSERT_THAT(sent, HasStatus(200));
  EXPECT_THAT(Logged(sent), JsonAt("/Subject", "Order 7 open"));
  EXPECT_THAT(Logged(sent), JsonAt("/TextBody", "boots,hat,"));
  EXPECT_THAT(Logged(sent), JsonAt("/TemplateName", "order"));
}

TEST_F(SesEmailTest, TemplateMayBeNamedByItsArnOrComeAlong) {
  const Reply made =
      Post("/v1/templates/hello/email", R"({"Subject":"S","TextPart":"Hi {{name}}"})");

  const Reply by_arn =
      Post(kSend,
           WithContent(R"({"Template":{"TemplateArn":")" + made.At("/Arn").value_or("") +
                       R"(","TemplateData":"{\"name\":\"Jo\"}"}})"));
  const Reply inside = Post(kSend, WithContent(R"({"Template":{
      "TemplateContent":{"Subject":"S","Html":"<b>{{name}}</b>"},"TemplateData":"{\"name\":\"<Jo>\"}"}})"));

  EXPECT_THAT(Logged(by_arn), JsonAt("/TextBody", "Hi Jo"));
  EXPECT_THAT(Logged(inside), JsonAt("/HtmlBody", "<b>&lt;Jo&gt;</b>"));
}

TEST_F(SesEmailTest, TemplateThatIsNotThereIsNotFound) {
  const Reply reply = Post(kSend, WithContent(R"({"Template":{"TemplateName":"none"}})"));

  EXPECT_THAT(reply, HasStatus(404));
  EXPECT_EQ(Error(reply), "NotFoundException");
}

TEST_F(SesEmailTest, WrongRequestsSendNothing) {
  const std::string simple = R"("Simple":{"Subject":{"Data":"S"},"Body":{"Text":{"Data":"x"}}})";
  std::string many;
  for (int i = 0; i < 51; ++i) {
    many += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "@a.example\"";
  }
  for (const std::string& body :
       {std::string("no json"),
        std::string("{}"),
        WithContent("{}"),
        WithContent("{" + simple + R"(,"Raw":{"Data":"eA=="}})"),
        WithContent(R"({"Simple":{"Subject":{"Data":"S"},"Body":{}}})"),
        WithContent(R"({"Simple":{"Subject":{"Data":"S"},"Body":{"Text":{"Data":"x"}},
            "Attachments":[{"FileName":"a","RawContent":"eA=="}]}})"),
        WithContent(R"({"Simple":{"Subject":{"Data":"S"},"Body":{"Text":{"Data":"x"}},
            "Headers":[{"Name":"X Y","Value":"v"}]}})"),
        WithContent(R"({"Raw":{"Data":"not base64!"}})"),
        WithContent(R"({"Raw":{"Data":"eA=="}})"),
        WithContent(R"({"Template":{"TemplateData":"{}"}})"),
        Simple("no mailbox"),
        R"({"FromEmailAddress":"shop@example.com","Content":{)" + simple + "}}",
        R"({"FromEmailAddress":"shop","Destination":{"ToAddresses":["a@a.example"]},"Content":{)" +
            simple + "}}",
        R"({"FromEmailAddress":"shop@example.com","Destination":{"ToAddresses":[)" + many +
            "]},\"Content\":{" + simple + "}}",
        Simple("jo@a.example", R"(,"EmailTags":[{"Name":"a b","Value":"x"}])"),
        // Nobody to be from: the application has no email channel.
        R"({"Destination":{"ToAddresses":["a@a.example"]},"Content":{)" + simple + "}}"}) {
    const Reply reply = Post(kSend, body);
    EXPECT_THAT(reply, HasStatus(400)) << body;
    EXPECT_EQ(Error(reply), "BadRequestException") << body;
  }
  EXPECT_THAT(Get(kLog), JsonAt("/Items", "[]"));
}

TEST_F(SesEmailTest, SecondSenderInARawEmailIsRefused) {
  EXPECT_EQ(Error(Raw("From: a@a.example\r\nFrom: b@a.example\r\nTo: jo@a.example\r\n\r\nx")),
            "BadRequestException");
}

TEST_F(SesEmailTest, FromOfTheChannelIsTakenWhenThereIsNone) {
  ASSERT_THAT(Put("/v1/apps/default/channels/email",
                  R"({"FromAddress":"news@example.com","Identity":"i"})"),
              HasStatus(200));

  const Reply sent = Post(kSend, R"({"Destination":{"ToAddresses":["jo@a.example"]},
      "Content":{"Simple":{"Subject":{"Data":"S"},"Body":{"Text":{"Data":"x"}}}}})");

  EXPECT_THAT(Logged(sent), JsonAt("/FromAddress", "news@example.com"));
}

TEST_F(SesEmailTest, SenderNeedsAPolicyOnItsIdentity) {
  AsCallerWith({R"({"Statement":[{"Effect":"Allow","Action":"ses:SendEmail",
      "Resource":"arn:aws:ses:us-east-1:123456789012:identity/example.com"},
      {"Effect":"Deny","Action":"ses:SendEmail",
      "Resource":"arn:aws:ses:us-east-1:123456789012:identity/ceo@example.com"}]})"});
  const std::string raw = "To: jo@a.example\r\n\r\nHello";

  EXPECT_THAT(Post(kSend, Simple("jo@a.example")), HasStatus(200));
  EXPECT_THAT(Raw("From: shop@example.com\r\n" + raw), HasStatus(200));
  for (const Reply& refused :
       {Raw("From: shop@other.example\r\n" + raw),
        Raw("From: ceo@example.com\r\n" + raw),
        // The envelope may be his, what is seen is not.
        Raw("From: shop@other.example\r\n" + raw, R"(,"FromEmailAddress":"shop@example.com")"),
        Raw(raw)}) {
    EXPECT_THAT(refused, HasStatus(403));
    EXPECT_EQ(Error(refused), "AccessDeniedException");
    EXPECT_THAT(refused, JsonAt("/message", HasSubstr("not authorized to perform: ses:SendEmail")));
  }
}

TEST_F(SesEmailTest, RolesThatSendMaySend) {
  for (const auto& [role, status] : {std::pair("Sender", 200),
                                     std::pair("Developer", 200),
                                     std::pair("Marketer", 200),
                                     std::pair("ReadOnly", 403),
                                     std::pair("Ingest", 403)}) {
    AsCallerWith({role});
    EXPECT_THAT(Post(kSend, Simple("jo@a.example")), HasStatus(status)) << role;
  }
}

TEST_F(SesEmailTest, SendingIsNotAuditedButItsRefusalIs) {
  Post(kSend, Simple("jo@a.example"));
  EXPECT_EQ(Get("/pinion/v1/audit").body.find("SendEmail"), std::string::npos);
  AsCallerWith({"ReadOnly"});
  Post(kSend, Simple("jo@a.example"));
  AsAdministrator();

  const Reply audit = Get("/pinion/v1/audit?page-size=1");
  EXPECT_THAT(audit, JsonAt("/Items/0/eventName", "SendEmail"));
  EXPECT_THAT(audit, JsonAt("/Items/0/eventSource", "ses.amazonaws.com"));
  EXPECT_THAT(audit, JsonAt("/Items/0/errorCode", "AccessDeniedException"));
}

TEST_F(SesEmailTest, ApplicationOfItsOwnIsNotListed) {
  Post(kSend, Simple("jo@a.example"));

  EXPECT_THAT(Get("/v1/apps"), JsonAt("/Item", "[]"));
  EXPECT_THAT(Get("/v1/apps/default"), JsonAt("/Id", "default"));
}

TEST_F(SesEmailTest, DeletingThatApplicationForgetsWhatWasSentOnly) {
  Post(kSend, Simple("jo@a.example"));
  ASSERT_THAT(Delete("/v1/apps/default"), HasStatus(200));

  const Reply sent = Post(kSend, Simple("mo@a.example"));

  ASSERT_THAT(sent, HasStatus(200));
  EXPECT_THAT(Get(kLog), JsonAt("/Items/0/Address", "mo@a.example"));
  EXPECT_FALSE(Get(kLog).At("/Items/1").has_value());
}

TEST_F(SesEmailTest, UnknownMembersAreNamed) {
  const Reply sent = Post(kSend, Simple("jo@a.example", R"(,"TenantName":"t")"));

  EXPECT_EQ(sent.Header("x-pinion-ignored-members"), "TenantName");
}

TEST_F(SesEmailTest, MessagesCountAsTransactional) {
  Post(kSend, Simple("jo@a.example", R"(,"EmailTags":[{"Name":"order","Value":"7"}])"));
  Settle();

  const Reply events = Get("/pinion/v1/apps/default/events");
  EXPECT_THAT(events.body, HasSubstr("_email.send"));
  EXPECT_THAT(events.body, HasSubstr(R"("order":"7")"));
}

}  // namespace
}  // namespace pinion::api
