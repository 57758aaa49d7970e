#include "api/page.h"

#include <gtest/gtest.h>

namespace pinion::api {
namespace {

TEST(PageSizeTest, AbsentIsTheDefaultAndTooLargeTheMaximum) {
  EXPECT_EQ(*ReadPageSize(std::nullopt), 100U);
  EXPECT_EQ(*ReadPageSize("7"), 7U);
  EXPECT_EQ(*ReadPageSize("1000"), 1000U);
  EXPECT_EQ(*ReadPageSize("1001"), 1000U);
  EXPECT_EQ(*ReadPageSize("99999999999999999999999"), 1000U);
}

TEST(PageSizeTest, BelowOneOrNoIntegerIsRefused) {
  for (const char* text : {"0", "-1", "", "1.0", "ten", " 1"}) {
    EXPECT_FALSE(ReadPageSize(text).ok()) << text;
  }
}

TEST(PageTokensTest, OpenGivesBackWhatWasSealed) {
  const PageTokens tokens("key");
  EXPECT_EQ(*tokens.Open({"GetApps"}, tokens.Seal({"GetApps"}, "17:abc")), "17:abc");
}

TEST(PageTokensTest, TokenIsBoundToItsScope) {
  const PageTokens tokens("key");
  const std::string token = tokens.Seal({"GetSegments", "app1"}, "x");
  EXPECT_FALSE(tokens.Open({"GetSegments", "app2"}, token).ok());
  EXPECT_FALSE(tokens.Open({"GetSegmentsapp1"}, token).ok());
  EXPECT_FALSE(PageTokens("other").Open({"GetSegments", "app1"}, token).ok());
}

TEST(PageTokensTest, AlteredTokenIsRefused) {
  const PageTokens tokens("key");
  std::string token = tokens.Seal({"GetApps"}, "17:abc");
  token.front() = token.front() == 'A' ? 'B' : 'A';
  EXPECT_FALSE(tokens.Open({"GetApps"}, token).ok());
  EXPECT_FALSE(tokens.Open({"GetApps"}, "").ok());
  EXPECT_FALSE(tokens.Open({"GetApps"}, "nonsense!").ok());
}

}  // namespace
}  // namespace pinion::api
