#include "segments/date_value.h"

#include <gtest/gtest.h>

#include "base/time_text.h"

namespace pinion::segments {
namespace {

const base::Timestamp kNow = *base::ParseInstant("2026-03-31T15:30:00Z");

std::string Resolved(std::string_view text) {
  const auto value = DateValue::Parse(text);
  return value ? base::FormatIso8601(value->Resolve(kNow)) : "refused";
}

TEST(DateValueTest, InstantsAndRelativeDatesResolve) {
  EXPECT_EQ(Resolved("2026-04-21"), "2026-04-21T00:00:00.000Z");
  EXPECT_EQ(Resolved("NOW"), "2026-03-31T15:30:00.000Z");
  EXPECT_EQ(Resolved("NOW-P7D"), "2026-03-24T15:30:00.000Z");
  EXPECT_EQ(Resolved("NOW-PT12H"), "2026-03-31T03:30:00.000Z");
  EXPECT_EQ(Resolved("NOW+P1W"), "2026-04-07T15:30:00.000Z");
  EXPECT_EQ(Resolved("TODAY+P7D"), "2026-04-07T00:00:00.000Z");
}

TEST(DateValueTest, MonthsAreCalendarStepsClippedToTheMonthsEnd) {
  EXPECT_EQ(Resolved("NOW-P1M"), "2026-02-28T15:30:00.000Z");
  EXPECT_EQ(Resolved("TODAY-P1Y1M"), "2025-02-28T00:00:00.000Z");
}

TEST(DateValueTest, TodayIsTheDayOfItsZone) {
  EXPECT_EQ(Resolved("TODAY@Asia/Tokyo"), "2026-03-31T15:00:00.000Z");
  EXPECT_EQ(Resolved("TODAY@America/Argentina/Buenos_Aires-P1D"), "2026-03-30T03:00:00.000Z");
}

TEST(DateValueTest, DayCoversTheWholeDayOfTheZone) {
  const DayRange day = DateValue::Parse("TODAY@Asia/Tokyo")->Day(kNow);
  EXPECT_EQ(base::FormatIso8601(day.begin), "2026-03-31T15:00:00.000Z");
  EXPECT_EQ(base::FormatIso8601(day.end), "2026-04-01T15:00:00.000Z");
}

TEST(DateValueTest, AnythingElseIsRefused) {
  for (const char* text : {"",
                           "SOON",
                           "NOW-7D",
                           "NOW-P",
                           "NOW-PT",
                           "NOW@Asia/Tokyo",
                           "TODAY@",
                           "TODAY@Mars/Olympus",
                           "NOW-P1D2Y",
                           "NOW-P1H",
                           "TODAY P1D",
                           "1777392000",
                           "NOW-P-1D",
                           "NOW-P1.5D"}) {
    EXPECT_EQ(Resolved(text), "refused") << text;
  }
}

}  // namespace
}  // namespace pinion::segments
