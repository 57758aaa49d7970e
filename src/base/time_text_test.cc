#include "base/time_text.h"

#include <gtest/gtest.h>

namespace pinion::base {
namespace {

TEST(TimeTextTest, AllSpellingsOfOneInstantReadTheSame) {
  const auto expected = ParseInstant("2026-04-28T16:00:00.000Z");
  ASSERT_TRUE(expected);

  for (const char* text : {"2026-04-28T09:00:00-0700",
                           "2026-04-28T09:00:00-07:00",
                           "2026-04-28T09:00-07",
                           "2026-04-28T16:00:00Z",
                           "20260428T160000Z",
                           "2026-04-28 16:00:00",
                           "2026-04-28t16:00:00,000z"}) {
    EXPECT_EQ(ParseInstant(text), expected) << text;
  }
}

TEST(TimeTextTest, ImpossibleOrDecoratedTextIsRefused) {
  for (const char* text : {"",
                           " 2026-04-28",
                           "2026-04-28 ",
                           "2026-02-30",
                           "2026-13-01",
                           "1969-12-31",
                           "2026-04-28T24:00",
                           "2026-04-28T10:00:60",
                           "2026-04-28T10:60",
                           "2026-04-28T10:00:00.",
                           "2026-04-28T10:00:00.1234567890",
                           "2026-04-28T10:00:00+19:00",
                           "2026-04-28T10:00:00 UTC",
                           "2026-W18-2",
                           "1777392000"}) {
    EXPECT_FALSE(ParseIso8601(text)) << text;
  }
}

TEST(TimeTextTest, FinerDigitsThanMillisecondsAreDropped) {
  EXPECT_EQ(FormatIso8601(*ParseInstant("2026-11-23T11:15:00.123999999Z")), "2026-11-23T11:15:00.123Z");
}

TEST(TimeTextTest, OffsetIsKeptApartFromTheWallClock) {
  const auto written = ParseIso8601("2026-04-28T09:00:00-0700");

  ASSERT_TRUE(written);
  EXPECT_EQ(written->utc_offset, std::chrono::minutes{-420});
  EXPECT_EQ(written->wall_clock.time_since_epoch(), ParseInstant("2026-04-28T09:00:00Z")->time_since_epoch());
}

}  // namespace
}  // namespace pinion::base
