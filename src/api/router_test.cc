#include "api/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pinion::api {
namespace {

using ::testing::ElementsAre;
using Kind = Router::Match::Kind;

class RouterTest : public ::testing::Test {
 protected:
  RouterTest() {
    EXPECT_TRUE(router_.Add("GET", "/v1/apps", 1));
    EXPECT_TRUE(router_.Add("GET", "/v1/apps/{application-id}", 2));
    EXPECT_TRUE(router_.Add("DELETE", "/v1/apps/{application-id}", 3));
    EXPECT_TRUE(router_.Add("GET", "/v1/apps/{application-id}/endpoints/{endpoint-id}", 4));
    EXPECT_TRUE(router_.Add("GET", "/v1/tags/{resource-arn+}", 5));
    EXPECT_TRUE(router_.Add("GET", "/v1/templates/{name}/email", 6));
    EXPECT_TRUE(router_.Add("PUT", "/v1/templates/{name}/{type}/active-version", 7));
  }

  Router router_;
};

TEST_F(RouterTest, FindsByMethodAndPath) {
  EXPECT_EQ(router_.Find("GET", "/v1/apps").route, 1U);
  EXPECT_EQ(router_.Find("DELETE", "/v1/apps/x").route, 3U);
  EXPECT_THAT(router_.Find("GET", "/v1/apps/x").parameters, ElementsAre("x"));
}

TEST_F(RouterTest, DecodesEachSegmentOnce) {
  const auto match = router_.Find("GET", "/v1/apps/x/endpoints/a%20b%2Fc%252F+d");
  EXPECT_THAT(match.parameters, ElementsAre("x", "a b/c%2F+d"));
}

TEST_F(RouterTest, TrailingSlashIsIgnored) {
  EXPECT_EQ(router_.Find("GET", "/v1/apps/").route, 1U);
}

TEST_F(RouterTest, EmptySegmentIsNotFound) {
  EXPECT_EQ(router_.Find("GET", "/v1//apps").kind, Kind::kNotFound);
  EXPECT_EQ(router_.Find("GET", "/v1/apps/x/endpoints//").kind, Kind::kNotFound);
}

TEST_F(RouterTest, OtherMethodNamesThoseThereAre) {
  const auto match = router_.Find("PATCH", "/v1/apps/x");
  EXPECT_EQ(match.kind, Kind::kWrongMethod);
  EXPECT_EQ(match.allow, "DELETE, GET");
}

TEST_F(RouterTest, UnknownPathIsNotFound) {
  EXPECT_EQ(router_.Find("GET", "/v2/apps").kind, Kind::kNotFound);
  EXPECT_EQ(router_.Find("GET", "/").kind, Kind::kNotFound);
}

TEST_F(RouterTest, RestParameterTakesSlashesRawAndEscaped) {
  EXPECT_THAT(router_.Find("GET", "/v1/tags/arn:x:apps/y").parameters, ElementsAre("arn:x:apps/y"));
  EXPECT_THAT(router_.Find("GET", "/v1/tags/arn%3Ax%3Aapps%2Fy").parameters,
              ElementsAre("arn:x:apps/y"));
}

TEST_F(RouterTest, LiteralBranchThatEndsTooEarlyFallsBackToTheParameter) {
  const auto match = router_.Find("PUT", "/v1/templates/t/email/active-version");
  EXPECT_EQ(match.route, 7U);
  EXPECT_THAT(match.parameters, ElementsAre("t", "email"));
}

TEST_F(RouterTest, BrokenEscapesAreTold) {
  EXPECT_EQ(router_.Find("GET", "/v1/apps/%4").kind, Kind::kBadEscape);
  EXPECT_EQ(router_.Find("GET", "/v1/apps/%zz").kind, Kind::kBadEscape);
  EXPECT_EQ(router_.Find("GET", "/v1/apps/%ff").kind, Kind::kBadEscape);
}

TEST_F(RouterTest, SameRouteTwiceIsRefused) {
  EXPECT_FALSE(router_.Add("GET", "/v1/apps", 9));
}

}  // namespace
}  // namespace pinion::api
