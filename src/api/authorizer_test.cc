#include "api/authorizer.h"

#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using ::testing::HasSubstr;
using testing::IsError;
using testing::Reply;

std::string Document(const std::string& statements) {
  return R"({"Version":"2012-10-17","Statement":[)" + statements + "]}";
}
std::string Allow(const std::string& action,
                  const std::string& resource,
                  const std::string& condition = "{}") {
  return R"({"Effect":"Allow","Action":")" + action + R"(","Resource":")" + resource +
         R"(","Condition":)" + condition + "}";
}
std::string AllowIf(const std::string& condition) {
  return Document(Allow("*", "*", condition));
}

class AuthorizerTest : public testing::ApiTest {
 protected:
  AuthorizerTest() { app_ = MakeApp(); }
  std::string PathOfApp(const std::string& below = "") const { return "/v1/apps/" + app_ + below; }
  std::string ArnOfApp(const std::string& below = "") const {
    return "arn:aws:mobiletargeting:us-east-1:123456789012:apps/" + app_ + below;
  }
  void Tag(const std::string& arn, const std::string& tags) {
    ASSERT_THAT(Post("/v1/tags/" + arn, R"({"tags":)" + tags + "}"), HasStatus(204));
  }

  std::string app_;
};

TEST_F(AuthorizerTest, RefusalNamesCallerActionAndResource) {
  AsCallerWith({"Ingest"});

  const Reply reply = Get(PathOfApp());

  EXPECT_THAT(reply, IsError(403, "ForbiddenException"));
  EXPECT_EQ(reply.At("/Message"),
            "User: arn:aws:iam::123456789012:user/anonymous is not authorized to perform: "
            "mobiletargeting:GetApp on resource: " +
                ArnOfApp());
}

TEST_F(AuthorizerTest, ExplicitDenialSaysSo) {
  AsCallerWith({"Administrator",
                Document(R"({"Effect":"Deny","Action":"mobiletargeting:GetApp","Resource":"*"})")});

  EXPECT_THAT(Get(PathOfApp()).body, HasSubstr(ArnOfApp() + " with an explicit deny"));
  EXPECT_THAT(Get(PathOfApp("/settings")), HasStatus(200));
}

TEST_F(AuthorizerTest, PermissionIsJudgedBeforeExistenceAndBody) {
  AsCallerWith({"ReadOnly"});

  EXPECT_THAT(Post("/v1/apps", "{"), IsError(403, "ForbiddenException"));
  EXPECT_THAT(Delete("/v1/apps/nowhere"), IsError(403, "ForbiddenException"));
  EXPECT_THAT(Get("/v1/apps/nowhere"), IsError(404, "NotFoundException"));
}

TEST_F(AuthorizerTest, ResourceTagIsThatOfTheResourceElseOfTheApplication) {
  const Reply segment = Post(PathOfApp("/segments"), R"({"Name":"s","tags":{"Owner":"bob"}})");
  const std::string path = PathOfApp("/segments/" + segment.At("/Id").value_or(""));
  Tag(ArnOfApp(), R"({"Owner":"ann","Team":"a"})");

  AsCallerWith({AllowIf(R"({"StringEquals":{"aws:ResourceTag/Owner":"ann"}})")});
  EXPECT_THAT(Get(PathOfApp()), HasStatus(200));
  EXPECT_THAT(Get(path), HasStatus(403));
  EXPECT_THAT(Post(PathOfApp("/segments"), R"({"Name":"t"})"), HasStatus(201));

  AsCallerWith({AllowIf(R"({"StringEquals":{"aws:ResourceTag/Team":"a"}})")});
  EXPECT_THAT(Get(path), HasStatus(200));
}

TEST_F(AuthorizerTest, RequestTagsComeFromTheBody) {
  AsCallerWith({AllowIf(R"({"StringEquals":{"aws:RequestTag/Owner":"ann"},
                            "ForAllValues:StringEquals":{"aws:TagKeys":["Owner"]}})")});

  EXPECT_THAT(Post("/v1/apps", R"({"Name":"x","tags":{"Owner":"ann"}})"), HasStatus(201));
  EXPECT_THAT(Post("/v1/apps", R"({"Name":"x","tags":{"Owner":"bob"}})"), HasStatus(403));
  EXPECT_THAT(Post("/v1/apps", R"({"Name":"x","tags":{"Owner":"ann","More":"1"}})"),
              HasStatus(403));
  EXPECT_THAT(Post("/v1/apps", R"({"Name":"x"})"), HasStatus(403));
  EXPECT_THAT(Post("/v1/apps", R"({"Name":)"), IsError(400, "BadRequestException"));
}

TEST_F(AuthorizerTest, UntaggedKeysCountToo) {
  AsCallerWith({AllowIf(R"({"ForAnyValue:StringEquals":{"aws:TagKeys":"Owner"}})")});

  EXPECT_THAT(Delete("/v1/tags/" + ArnOfApp() + "?tagKeys=Owner"), HasStatus(204));
  EXPECT_THAT(Delete("/v1/tags/" + ArnOfApp() + "?tagKeys=Other"), HasStatus(403));
}

TEST_F(AuthorizerTest, TagsAreAddressedByTheArnOfTheStoredResource) {
  AsCallerWith({"Administrator",
                Document(R"({"Effect":"Deny","Action":"*","Resource":")" + ArnOfApp() + "\"}")});

  EXPECT_THAT(Get("/v1/tags/" + ArnOfApp()), HasStatus(403));
  EXPECT_THAT(Get("/v1/tags/arn:aws:mobiletargeting:eu-west-1:1:apps/" + app_), HasStatus(403));
}

TEST_F(AuthorizerTest, RegionIsThatOfTheStoredApplication) {
  AsCallerWith({Document(Allow("*", ArnOfApp()))});
  http::Headers elsewhere;
  elsewhere.Add("Authorization",
                "AWS4-HMAC-SHA256 Credential=K/20261123/eu-west-1/mobiletargeting/aws4_request");

  EXPECT_THAT(Send("GET", PathOfApp(), "", elsewhere), HasStatus(200));
  EXPECT_THAT(Send("GET", "/v1/apps/nowhere", "", elsewhere).body,
              HasSubstr("arn:aws:mobiletargeting:eu-west-1:123456789012:apps/nowhere"));
}

TEST_F(AuthorizerTest, ChosenIdsNeedAPermissionOfTheirOwn) {
  http::Headers chosen;
  chosen.Add("x-pinion-resource-id", std::string(32, 'a'));
  AsCallerWith({"Developer"});

  const Reply refused = Send("POST", "/v1/apps", R"({"Name":"x"})", chosen);
  EXPECT_THAT(refused, IsError(403, "ForbiddenException"));
  EXPECT_THAT(refused.body, HasSubstr("pinion:AssignId"));

  AsCallerWith({"Developer", Document(Allow("pinion:AssignId", "*"))});
  EXPECT_THAT(Send("POST", "/v1/apps", R"({"Name":"x"})", chosen), HasStatus(201));
}

TEST_F(AuthorizerTest, NativeOperationsAreReadWriteOrAdmin) {
  AsCallerWith({"Developer"});
  EXPECT_THAT(Get("/pinion/v1/system"), HasStatus(200));
  EXPECT_THAT(Get("/pinion/v1/apps/" + app_ + "/event-types"), HasStatus(200));
  EXPECT_THAT(Get("/pinion/v1/keys"), IsError(403, "ForbiddenException"));
  EXPECT_THAT(Get("/pinion/v1/audit").body,
              HasSubstr("pinion:Admin on resource: arn:aws:pinion:us-east-1:123456789012:audit"));

  AsCallerWith({"Ingest"});
  EXPECT_THAT(Get("/pinion/v1/system"), IsError(403, "ForbiddenException"));
  EXPECT_THAT(Get("/pinion/v1/whoami"), HasStatus(200));
}

TEST_F(AuthorizerTest, AddressesAndTimesAreKnown) {
  AsCallerWith({AllowIf(R"({"IpAddress":{"aws:SourceIp":"127.0.0.0/8"},
    "DateEquals":{"aws:CurrentTime":"2026-11-23T11:15:00Z"},"Bool":{"aws:SecureTransport":false},
    "StringEquals":{"aws:RequestedRegion":"us-east-1","aws:PrincipalAccount":"123456789012"}})")});
  EXPECT_THAT(Get("/v1/apps"), HasStatus(200));

  AsCallerWith({AllowIf(R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}})")});
  EXPECT_THAT(Get("/v1/apps"), HasStatus(403));
}

}  // namespace
}  // namespace pinion::api
