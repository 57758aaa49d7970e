#include "http/url.h"

#include <gtest/gtest.h>

namespace pinion::http {
namespace {

TEST(UrlTest, SegmentIsDecodedExactlyOnce) {
  EXPECT_EQ(*DecodePathSegment("a%20b%2Fc%252F"), "a b/c%2F");
}

TEST(UrlTest, PlusInAPathIsAPlus) {
  EXPECT_EQ(*DecodePathSegment("a+b%2b"), "a+b+");
}

TEST(UrlTest, InvalidEscapeIsRefused) {
  for (const char* raw : {"%", "%4", "%4g", "%g4", "a%2", "%%41"}) {
    EXPECT_EQ(DecodePathSegment(raw).error().code, base::Errc::kInvalidArgument) << raw;
  }
}

TEST(UrlTest, DecodedTextMustBeUtf8) {
  EXPECT_EQ(*DecodePathSegment("%C3%A4"), "\xC3\xA4");
  EXPECT_FALSE(DecodePathSegment("%C3").ok());
  EXPECT_FALSE(DecodePathSegment("%ED%A0%80").ok());
}

TEST(UrlTest, PathIsSplitAtRawSlashesOnly) {
  EXPECT_EQ(SplitPath("/v1/apps/a%2Fb"), (PathSegments{"v1", "apps", "a%2Fb"}));
}

TEST(UrlTest, OneTrailingSlashIsIgnored) {
  EXPECT_EQ(SplitPath("/v1/apps/"), (PathSegments{"v1", "apps"}));
  EXPECT_EQ(SplitPath("/v1/apps//"), (PathSegments{"v1", "apps", ""}));
}

TEST(UrlTest, EmptySegmentStays) {
  EXPECT_EQ(SplitPath("/v1//a"), (PathSegments{"v1", "", "a"}));
}

TEST(UrlTest, RootHasNoSegments) {
  EXPECT_TRUE(SplitPath("/").empty());
  EXPECT_TRUE(SplitPath("").empty());
}

TEST(UrlTest, QueryKeepsOrderAndRepetition) {
  const auto parameters = *ParseQuery("a=1&b=2&a=3");

  ASSERT_EQ(parameters.size(), 3U);
  EXPECT_EQ(parameters[2].name, "a");
  EXPECT_EQ(parameters[2].value, "3");
  EXPECT_EQ(FindParameter(parameters, "a"), "1");
  EXPECT_EQ(FindParameter(parameters, "A"), std::nullopt);
}

TEST(UrlTest, BothPlusAndEscapeAreABlankInAQuery) {
  EXPECT_EQ(FindParameter(*ParseQuery("page+token=a%20b+c%2B"), "page token"), "a b c+");
}

TEST(UrlTest, QueryParameterMayLackItsValue) {
  const auto parameters = *ParseQuery("&flag&&x=&y=1=2&");

  ASSERT_EQ(parameters.size(), 3U);
  EXPECT_EQ(FindParameter(parameters, "flag"), "");
  EXPECT_EQ(FindParameter(parameters, "x"), "");
  EXPECT_EQ(FindParameter(parameters, "y"), "1=2");
}

TEST(UrlTest, BrokenQueryIsRefused) {
  EXPECT_FALSE(ParseQuery("a=%zz").ok());
  EXPECT_FALSE(ParseQuery("%ff=1").ok());
}

TEST(UrlTest, EncodingLeavesOnlyUnreservedCharacters) {
  EXPECT_EQ(PercentEncode("aZ09-._~ /+\xC3\xA4"), "aZ09-._~%20%2F%2B%C3%A4");
}

TEST(UrlTest, DecodingUndoesEncoding) {
  const std::string text = "a b/c%2F+?&=\xC3\xA4";
  EXPECT_EQ(*DecodePathSegment(PercentEncode(text)), text);
}

}  // namespace
}  // namespace pinion::http
