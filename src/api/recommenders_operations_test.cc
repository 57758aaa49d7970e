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

constexpr char kShoes[] =
    R"({"Name":"shoes","RecommendationProviderUri":"arn:aws:personalize:us-east-1:1:campaign/shoes",
        "RecommendationProviderRoleArn":"arn:aws:iam::1:role/r","RecommendationsDisplayName":"Shoes"})";

class RecommendersOperationsTest : public testing::ApiTest {
 protected:
  std::string Create() { return Post("/v1/recommenders", kShoes).At("/Id").value_or(""); }
};

TEST_F(RecommendersOperationsTest, AConfigurationIsMadeReadReplacedAndDeleted) {
  const Reply created = Post("/v1/recommenders", kShoes);
  EXPECT_THAT(created, HasStatus(201));
  EXPECT_THAT(created, JsonAt("/RecommendationsPerMessage", 5));
  const std::string target = "/v1/recommenders/" + created.At("/Id").value_or("");
  EXPECT_EQ(Get(target).body, created.body);

  const Reply updated = Put(target,
                            R"({"RecommendationProviderUri":"https://r.example",
      "RecommendationProviderRoleArn":"r","RecommendationsDisplayName":"X"})");
  EXPECT_THAT(updated, HasStatus(200));
  EXPECT_THAT(updated, JsonLacks("/Name"));

  EXPECT_EQ(Delete(target).body, updated.body);
  EXPECT_THAT(Get(target), IsNotFound());
  EXPECT_THAT(Put(target, kShoes), IsNotFound());
  EXPECT_THAT(Delete(target), IsNotFound());
}

TEST_F(RecommendersOperationsTest, RequiredMembersAreNamed) {
  const Reply reply = Post("/v1/recommenders", "{}");
  EXPECT_THAT(reply, IsBadRequest());
  EXPECT_THAT(reply, JsonAt("/Message", ::testing::HasSubstr("RecommendationProviderUri")));
}

TEST_F(RecommendersOperationsTest, ListIsPagedByToken) {
  EXPECT_THAT(Get("/v1/recommenders"), JsonAt("/Item", "[]"));
  Create();
  Create();
  const Reply first = Get("/v1/recommenders?page-size=1");
  const Reply second = Get("/v1/recommenders?page-size=1&token=" + *first.At("/NextToken"));
  EXPECT_THAT(second, JsonLacks("/NextToken"));
  EXPECT_NE(first.At("/Item/0/Id"), second.At("/Item/0/Id"));
}

TEST_F(RecommendersOperationsTest, ChosenIdIsTakenOnce) {
  http::Headers headers;
  headers.Add("x-pinion-resource-id", "0123456789abcdef0123456789abcdef");
  EXPECT_THAT(Send("POST", "/v1/recommenders", kShoes, headers),
              JsonAt("/Id", "0123456789abcdef0123456789abcdef"));
  EXPECT_THAT(Send("POST", "/v1/recommenders", kShoes, headers), IsError(409, "ConflictException"));
}

TEST_F(RecommendersOperationsTest, TemplatesNameConfigurationsThatExist) {
  const std::string id = Create();
  const auto body = [](const std::string& recommender) {
    return R"({"Body":"x","RecommenderId":")" + recommender + R"("})";
  };
  EXPECT_THAT(Post("/v1/templates/a/sms", body("none")), IsBadRequest());
  EXPECT_THAT(Post("/v1/templates/a/sms", body(id)), HasStatus(201));
  EXPECT_THAT(Get("/v1/templates/a/sms"), JsonAt("/RecommenderId", id));

  EXPECT_THAT(Delete("/v1/recommenders/" + id), HasStatus(200));
  EXPECT_THAT(Get("/v1/templates/a/sms"), JsonAt("/RecommenderId", id));
  EXPECT_THAT(Put("/v1/templates/a/sms", body(id)), IsBadRequest());
}

TEST_F(RecommendersOperationsTest, ConfigurationsOutliveApplications) {
  const std::string app = MakeApp();
  const std::string id = Create();
  Delete("/v1/apps/" + app);
  EXPECT_THAT(Get("/v1/recommenders/" + id), HasStatus(200));
}

}  // namespace
}  // namespace pinion::api
