// What clients of Cognito Identity and STS see at POST / (AUTH-50 to AUTH-58).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using ::testing::AllOf;
using testing::HasStatus;
using ::testing::HasSubstr;
using testing::IsError;
using testing::JsonAt;
using testing::Reply;
using ::testing::StartsWith;

const std::string kPoolId = "us-east-1:2f0b1d9e-0000-4000-8000-000000000001";

class SiblingServicesTest : public testing::ApiTest {
 protected:
  void MakePool(const std::string& settings = R"({"Name":"shop","AllowGuests":true})") {
    ASSERT_THAT(Put("/pinion/v1/identity-pools/" + kPoolId, settings), HasStatus(200));
  }
  Reply Cognito(const std::string& operation, const std::string& body) {
    http::Headers headers;
    headers.Add("X-Amz-Target", "AWSCognitoIdentityService." + operation);
    headers.Add("Content-Type", "application/x-amz-json-1.1");
    headers.Add("Origin", "https://shop.example");
    return Send("POST", "/", body, headers);
  }
  Reply Form(const std::string& body) {
    http::Headers headers;
    headers.Add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    return Send("POST", "/", body, headers);
  }
  std::string GuestId() {
    return Cognito("GetId", R"({"IdentityPoolId":")" + kPoolId + R"("})")
        .At("/IdentityId")
        .value_or("");
  }
};

TEST_F(SiblingServicesTest, GuestGetsAnIdentityAndCredentials) {
  MakePool();
  const std::string id = GuestId();
  ASSERT_THAT(id, StartsWith("us-east-1:"));

  const Reply reply = Cognito("GetCredentialsForIdentity", R"({"IdentityId":")" + id + R"("})");

  EXPECT_THAT(reply, HasStatus(200));
  EXPECT_THAT(reply, JsonAt("/IdentityId", id));
  EXPECT_THAT(reply.At("/Credentials/AccessKeyId").value_or(""), StartsWith("PNSI"));
  EXPECT_EQ(reply.At("/Credentials/SecretKey").value_or("").size(), 40u);
  EXPECT_FALSE(reply.At("/Credentials/SessionToken").value_or("").empty());
  EXPECT_THAT(reply, JsonAt("/Credentials/Expiration", 1'795'432'500 + 3'600));
}

TEST_F(SiblingServicesTest, AddressThatAsksTooOftenMustWait) {
  MakePool();
  constexpr int kBurst = 200;
  for (int i = 0; i < kBurst; ++i) {
    ASSERT_NE(GuestId(), "") << i;
  }

  const Reply refused = Cognito("GetId", R"({"IdentityPoolId":")" + kPoolId + R"("})");

  EXPECT_THAT(refused, HasStatus(429));
  EXPECT_EQ(refused.Header("x-amzn-ErrorType"), "TooManyRequestsException");
  EXPECT_EQ(refused.Header("Retry-After"), "1");
  clock().Advance(std::chrono::milliseconds(20));
  EXPECT_NE(GuestId(), "");
}

TEST_F(SiblingServicesTest, AnswersAreForBrowsersOfAllOriginsAndKeptByNone) {
  MakePool();
  const Reply reply = Cognito("GetId", R"({"IdentityPoolId":")" + kPoolId + R"("})");

  EXPECT_EQ(reply.Header("Content-Type"), "application/x-amz-json-1.1");
  EXPECT_EQ(reply.Header("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(reply.Header("Cache-Control"), "no-store");
}

TEST_F(SiblingServicesTest, ErrorsHaveTheFormOfCognito) {
  MakePool(R"({"Name":"shop"})");
  const Reply refused = Cognito("GetId", R"({"IdentityPoolId":")" + kPoolId + R"("})");

  EXPECT_THAT(refused, HasStatus(400));
  EXPECT_THAT(refused, JsonAt("/__type", "NotAuthorizedException"));
  EXPECT_FALSE(refused.At("/message").value_or("").empty());
  EXPECT_EQ(refused.Header("x-amzn-ErrorType"), "NotAuthorizedException");
  EXPECT_EQ(refused.Header("Access-Control-Allow-Origin"), "*");
}

TEST_F(SiblingServicesTest, EveryErrorHasItsName) {
  MakePool();
  struct Case {
    std::string operation;
    std::string body;
    std::string exception;
  };
  for (const Case& one :
       {Case{"GetId", R"({"IdentityPoolId":"shop"})", "InvalidParameterException"},
        Case{"GetId", R"({})", "InvalidParameterException"},
        Case{"GetId", "no json", "InvalidParameterException"},
        Case{"GetId",
             R"({"IdentityPoolId":")" + kPoolId + R"(","Logins":{"a.example":"x"}})",
             "NotAuthorizedException"},
        Case{"GetCredentialsForIdentity", R"({"IdentityId":"me"})", "InvalidParameterException"},
        Case{"GetOpenIdToken", R"({"IdentityId":"me"})", "NotAuthorizedException"},
        Case{"DescribeIdentityPool", "{}", "UnknownOperationException"}}) {
    const Reply reply = Cognito(one.operation, one.body);
    EXPECT_THAT(reply, HasStatus(400)) << one.body;
    EXPECT_THAT(reply, JsonAt("/__type", one.exception)) << one.body;
  }
}

TEST_F(SiblingServicesTest, CallerIdentityIsToldInXml) {
  const Reply reply = Form("Action=GetCallerIdentity&Version=2011-06-15");

  EXPECT_THAT(reply, HasStatus(200));
  EXPECT_EQ(reply.Header("Content-Type"), "text/xml");
  EXPECT_THAT(reply.body,
              AllOf(HasSubstr("<Arn>arn:aws:iam::123456789012:user/anonymous</Arn>"),
                    HasSubstr("<Account>123456789012</Account>"),
                    HasSubstr("<UserId>anonymous</UserId>"),
                    HasSubstr("<RequestId>" + reply.Header("x-amzn-RequestId") + "</RequestId>")));
}

TEST_F(SiblingServicesTest, OtherActionsAreInvalid) {
  const Reply reply = Form("Action=AssumeRole&Version=2011-06-15");

  EXPECT_THAT(reply, HasStatus(400));
  EXPECT_THAT(reply.body, HasSubstr("<Code>InvalidAction</Code>"));
}

TEST_F(SiblingServicesTest, NeitherTargetNorActionIsNoOperation) {
  EXPECT_THAT(Post("/", "{}"), IsError(404, "NotFoundException"));
  EXPECT_THAT(Form("a=b"), IsError(404, "NotFoundException"));
}

}  // namespace
}  // namespace pinion::api
