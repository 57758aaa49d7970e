// What clients of the SMS and voice service, version 2, see (CHN-137).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using ::testing::HasSubstr;
using testing::JsonAt;
using testing::Reply;

constexpr char kLog[] = "/pinion/v1/apps/default/messages";

class SmsVoiceTest : public testing::ApiTest {
 protected:
  Reply Call(const std::string& operation, const std::string& body) {
    http::Headers headers;
    headers.Add("X-Amz-Target", "PinpointSMSVoiceV2." + operation);
    headers.Add("Content-Type", "application/x-amz-json-1.0");
    return Send("POST", "/", body, headers);
  }
  Reply Text(const std::string& more, const std::string& to = "+14255550100") {
    return Call("SendTextMessage", R"({"DestinationPhoneNumber":")" + to + "\"," + more + "}");
  }
  static std::string Error(const Reply& reply) {
    EXPECT_THAT(reply, HasStatus(400));
    EXPECT_EQ(reply.Header("x-amzn-ErrorType"), reply.At("/__type"));
    EXPECT_TRUE(reply.At("/Message").has_value()) << reply.body;
    return reply.At("/__type").value_or("") + " " + reply.At("/Reason").value_or("-");
  }
};

TEST_F(SmsVoiceTest, TextIsSentAsItStands) {
  const Reply sent = Text(
      R"("MessageBody":"Hi {{Name}}","OriginationIdentity":"+14255550111","MessageType":"PROMOTIONAL",
      "Keyword":"SHOP","Context":{"order":"7"},
      "DestinationCountryParameters":{"IN_ENTITY_ID":"e1","IN_TEMPLATE_ID":"t1"})");
  ASSERT_THAT(sent, HasStatus(200));
  EXPECT_EQ(sent.Header("Content-Type"), "application/x-amz-json-1.0");
  const Reply item = Get(std::string(kLog) + "/" + sent.At("/MessageId").value_or(""));
  EXPECT_THAT(item, JsonAt("/Status", "DELIVERED"));
  EXPECT_THAT(item, JsonAt("/Body", "Hi {{Name}}"));
  EXPECT_THAT(item, JsonAt("/Address", "+14255550100"));
  EXPECT_THAT(item, JsonAt("/OriginationNumber", "+14255550111"));
  EXPECT_THAT(item, JsonAt("/MessageType", "PROMOTIONAL"));
  EXPECT_THAT(item, JsonAt("/Keyword", "SHOP"));
  EXPECT_THAT(item, JsonAt("/EntityId", "e1"));
  EXPECT_THAT(item, JsonAt("/TemplateId", "t1"));
  EXPECT_THAT(item, JsonAt("/Context/order", "7"));
}

TEST_F(SmsVoiceTest, IdentityMayBeASenderIdOrAnArn) {
  for (const auto& [identity, member, value] :
       {std::tuple("SHOP", "/SenderId", "SHOP"),
        std::tuple("12345", "/OriginationNumber", "12345"),
        std::tuple(
            "arn:aws:sms-voice:us-east-1:123456789012:sender-id/SHOP/GB", "/SenderId", "SHOP"),
        std::tuple("arn:aws:sms-voice:us-east-1:123456789012:phone-number/+14255550111",
                   "/OriginationNumber",
                   "+14255550111")}) {
    const Reply sent =
        Text(R"("MessageBody":"x","OriginationIdentity":")" + std::string(identity) + "\"");
    ASSERT_THAT(sent, HasStatus(200)) << identity;
    EXPECT_THAT(Get(std::string(kLog) + "/" + sent.At("/MessageId").value_or("")),
                JsonAt(member, value));
  }
  EXPECT_EQ(Error(Text(R"("MessageBody":"x","OriginationIdentity":"pool-0123456789abcdef")")),
            "ResourceNotFoundException -");
}

TEST_F(SmsVoiceTest, DryRunSendsNothing) {
  const Reply reply = Text(R"("MessageBody":"x","DryRun":true)");

  EXPECT_THAT(reply, HasStatus(200));
  EXPECT_THAT(Get(kLog), JsonAt("/Items", "[]"));
  EXPECT_EQ(Error(Text(R"("MessageBody":"x","DryRun":true)", "+12")),
            "ValidationException INVALID_PARAMETER");
}

TEST_F(SmsVoiceTest, WrongRequestsAreInvalid) {
  const std::string long_text(1'601, 'a');
  for (const std::string& members :
       {std::string(R"("MessageBody":"")"),
        std::string(R"("MessageBody":" \n")"),
        std::string(R"("Keyword":"x")"),
        R"("MessageBody":")" + long_text + "\"",
        std::string(R"("MessageBody":"x","TimeToLive":4)"),
        std::string(R"("MessageBody":"x","TimeToLive":259201)"),
        std::string(R"("MessageBody":"x","MessageType":"SOMETHING")"),
        std::string(
            R"("MessageBody":"x","Context":{"a":"1","b":"1","c":"1","d":"1","e":"1","f":"1"})"),
        std::string(R"("MessageBody":"x","DestinationCountryParameters":{"X":"1"})")}) {
    EXPECT_EQ(Error(Text(members)), "ValidationException INVALID_PARAMETER") << members;
  }
  EXPECT_EQ(Error(Call("SendTextMessage", R"({"MessageBody":"x"})")),
            "ValidationException INVALID_PARAMETER");
  EXPECT_THAT(Get(kLog), JsonAt("/Items", "[]"));
}

TEST_F(SmsVoiceTest, ChannelThatIsSwitchedOffSendsNothing) {
  ASSERT_THAT(Put("/v1/apps/default/channels/sms", R"({"Enabled":false})"), HasStatus(200));

  const Reply refused = Text(R"("MessageBody":"x")");

  EXPECT_EQ(Error(refused), "ValidationException INVALID_PARAMETER");
  EXPECT_THAT(refused, JsonAt("/Message", HasSubstr("disabled")));
}

TEST_F(SmsVoiceTest, VoiceSaysThatItIsNotThere) {
  const Reply refused = Call("SendVoiceMessage",
                             R"({"DestinationPhoneNumber":"+14255550100",
      "OriginationIdentity":"+14255550111","MessageBody":"Hello","VoiceId":"JOANNA"})");

  EXPECT_EQ(Error(refused), "ValidationException CHANNEL_NOT_ENABLED");
  EXPECT_THAT(Get(kLog), JsonAt("/Items", "[]"));
}

TEST_F(SmsVoiceTest, PoliciesKnowTheIdentityWhateverItsArnSays) {
  AsCallerWith({R"({"Statement":[
      {"Effect":"Allow","Action":"sms-voice:SendTextMessage","Resource":"*"},
      {"Effect":"Deny","Action":"sms-voice:SendTextMessage",
       "Resource":"arn:aws:sms-voice:us-east-1:123456789012:sender-id/BANK"}]})"});

  EXPECT_THAT(Text(R"("MessageBody":"x","OriginationIdentity":"SHOP")"), HasStatus(200));
  for (const char* identity : {"BANK",
                               "arn:aws:sms-voice:eu-west-1:1:sender-id/BANK/GB",
                               "arn:aws:sms-voice:us-east-1:123456789012:phone-number/BANK"}) {
    const Reply refused =
        Text(R"("MessageBody":"x","OriginationIdentity":")" + std::string(identity) + "\"");
    EXPECT_EQ(Error(refused), "AccessDeniedException -") << identity;
  }
}

TEST_F(SmsVoiceTest, OtherOperationsAreUnknown) {
  EXPECT_THAT(Call("DescribePools", "{}"), JsonAt("/__type", "UnknownOperationException"));
}

}  // namespace
}  // namespace pinion::api
