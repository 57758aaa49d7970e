#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using testing::IsBadRequest;
using testing::IsError;
using testing::IsNotFound;
using testing::JsonAt;
using testing::JsonLacks;
using testing::Reply;

class AppsOperationsTest : public testing::ApiTest {};

TEST_F(AppsOperationsTest, CreateAnswers201WithTheApplication) {
  const Reply reply = Post("/v1/apps", R"({"Name":"Shop","tags":{"env":"prod"}})");

  EXPECT_THAT(reply, HasStatus(201));
  const std::string id = *reply.At("/Id");
  EXPECT_EQ(reply.body,
            R"({"Arn":"arn:aws:mobiletargeting:us-east-1:123456789012:apps/)" + id +
                R"(","CreationDate":"2026-11-23T11:15:00.000Z","Id":")" + id +
                R"(","Name":"Shop","tags":{"env":"prod"}})");
}

TEST_F(AppsOperationsTest, CreateWithoutNameIsRefused) {
  EXPECT_THAT(Post("/v1/apps", "{}"), IsBadRequest());
  EXPECT_THAT(Get("/v1/apps"), JsonAt("/Item", "[]"));
}

TEST_F(AppsOperationsTest, GetAnswersWhatCreateDid) {
  const Reply created = Post("/v1/apps", R"({"Name":"Shop"})");
  const Reply got = Get("/v1/apps/" + *created.At("/Id"));

  EXPECT_THAT(got, HasStatus(200));
  EXPECT_EQ(got.body, created.body);
}

TEST_F(AppsOperationsTest, UnknownApplicationIsNotFound) {
  const Reply reply = Get("/v1/apps/0123456789abcdef0123456789abcdef");
  EXPECT_THAT(reply, IsNotFound());
  EXPECT_THAT(reply, JsonAt("/Message", "Application not found"));
}

TEST_F(AppsOperationsTest, DeleteAnswersTheApplicationAndThenItIsGone) {
  const std::string app = MakeApp();

  EXPECT_THAT(Delete("/v1/apps/" + app), JsonAt("/Id", app));
  EXPECT_THAT(Get("/v1/apps/" + app), IsNotFound());
  EXPECT_THAT(Delete("/v1/apps/" + app), IsNotFound());
}

TEST_F(AppsOperationsTest, ListIsPagedByToken) {
  for (const char* name : {"a", "b", "c"}) {
    MakeApp(name);
    Advance(std::chrono::seconds(1));
  }

  const Reply first = Get("/v1/apps?page-size=2");
  EXPECT_THAT(first, JsonAt("/Item/0/Name", "c"));
  EXPECT_THAT(first, JsonAt("/Item/1/Name", "b"));

  const Reply second = Get("/v1/apps?page-size=2&token=" + *first.At("/NextToken"));
  EXPECT_THAT(second, JsonAt("/Item/0/Name", "a"));
  EXPECT_THAT(second, JsonLacks("/NextToken"));
}

TEST_F(AppsOperationsTest, ForeignTokenAndBadPageSizeAreRefused) {
  EXPECT_THAT(Get("/v1/apps?token=abc"), IsBadRequest());
  EXPECT_THAT(Get("/v1/apps?page-size=0"), IsBadRequest());
  EXPECT_THAT(Get("/v1/apps?page-size=x"), IsBadRequest());
}

TEST_F(AppsOperationsTest, ChosenIdIsTakenOnce) {
  http::Headers headers;
  headers.Add("x-pinion-resource-id", "0123456789abcdef0123456789abcdef");

  EXPECT_THAT(Send("POST", "/v1/apps", R"({"Name":"a"})", headers),
              JsonAt("/Id", "0123456789abcdef0123456789abcdef"));
  EXPECT_THAT(Send("POST", "/v1/apps", R"({"Name":"a"})", headers),
              IsError(409, "ConflictException"));
}

TEST_F(AppsOperationsTest, RegionIsThatOfTheSigningScope) {
  http::Headers headers;
  headers.Add("Authorization",
              "AWS4-HMAC-SHA256 Credential=AKID/20261123/cn-north-1/mobiletargeting/aws4_request, "
              "SignedHeaders=host, Signature=0");

  EXPECT_THAT(Send("POST", "/v1/apps", R"({"Name":"a"})", headers),
              JsonAt("/Arn", ::testing::StartsWith("arn:aws-cn:mobiletargeting:cn-north-1:")));
}

}  // namespace
}  // namespace pinion::api
