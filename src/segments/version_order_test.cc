#include "segments/version_order.h"

#include <gtest/gtest.h>

namespace pinion::segments {
namespace {

bool Holds(std::string_view condition, std::string_view version) {
  const auto parsed = ParseVersionCondition(condition);
  return parsed && parsed->Holds(version);
}

TEST(VersionOrderTest, PartsCompareAsNumbersAndMissingPartsAreZero) {
  EXPECT_EQ(CompareVersions("2", "2.0"), std::weak_ordering::equivalent);
  EXPECT_EQ(CompareVersions("2.10", "2.9"), std::weak_ordering::greater);
  EXPECT_EQ(CompareVersions("v1.2", "1.2.0.0"), std::weak_ordering::equivalent);
  EXPECT_EQ(CompareVersions("2.0-beta", "2.0"), std::weak_ordering::less);
  EXPECT_EQ(CompareVersions("100000000000000000001", "100000000000000000000"),
            std::weak_ordering::greater);
}

TEST(VersionOrderTest, AllBoundsOfAConditionMustHold) {
  EXPECT_TRUE(Holds(">=2.0 <3", "2.10"));
  EXPECT_FALSE(Holds(">=2.0 <3", "3.0"));
  EXPECT_TRUE(Holds("=2", "2.0.0"));
}

TEST(VersionOrderTest, MalformedConditionsAreRefused) {
  for (const char* text : {"", ">", ">= ", ">=>1", "2.0", "< <1"}) {
    EXPECT_FALSE(ParseVersionCondition(text)) << text;
  }
}

}  // namespace
}  // namespace pinion::segments
