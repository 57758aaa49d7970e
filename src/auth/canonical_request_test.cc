#include "auth/canonical_request.h"

#include <array>

#include <gtest/gtest.h>

namespace pinion::auth {
namespace {

TEST(CanonicalPathTest, IsNormalisedAndEncodedAgain) {
  EXPECT_EQ(CanonicalPath("/v1/apps"), "/v1/apps");
  EXPECT_EQ(CanonicalPath("/v1/a%2Fb"), "/v1/a%252Fb");
  EXPECT_EQ(CanonicalPath("//v1/./x/../y/"), "/v1/y/");
  EXPECT_EQ(CanonicalPath("/a b~-._"), "/a%20b~-._");
  EXPECT_EQ(CanonicalPath("/../.."), "/");
  EXPECT_EQ(CanonicalPath(""), "/");
  EXPECT_EQ(CanonicalPath("/"), "/");
}

TEST(EncodedPathTest, KeepsDotsAndSlashes) {
  EXPECT_EQ(EncodedPath("//v1/./x%20/"), "//v1/./x%2520/");
}

TEST(CanonicalQueryTest, IsSortedByNameThenValue) {
  EXPECT_EQ(CanonicalQuery(ParseQuery("b=1&a=2&a=1&a-b=0"), {}), "a=1&a=2&a-b=0&b=1");
}

TEST(CanonicalQueryTest, IsEncodedAnew) {
  EXPECT_EQ(CanonicalQuery(ParseQuery("x=%7e%2f+ %zz&lone"), {}), "lone=&x=~%2F%2B%20%25zz");
}

TEST(CanonicalQueryTest, LeavesOutWhatIsNamed) {
  const std::array<std::string_view, 1> without = {"X-Amz-Signature"};

  EXPECT_EQ(CanonicalQuery(ParseQuery("a=1&X-Amz-Signature=ff&b"), without), "a=1&b=");
  EXPECT_EQ(QueryAsReceived("b&X-Amz-Signature=ff&a=%2f", without), "b=&a=%2f");
}

TEST(ParseQueryTest, SkipsEmptyPairsAndKeepsEqualsInValues) {
  const auto parameters = ParseQuery("&&a=b=c&=d");

  ASSERT_EQ(parameters.size(), 2U);
  EXPECT_EQ(parameters[0].value, "b=c");
  EXPECT_EQ(parameters[1].name, "");
}

}  // namespace
}  // namespace pinion::auth
