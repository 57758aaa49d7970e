#include "base/time_of_day.h"

#include <gtest/gtest.h>

namespace pinion::base {
namespace {

TEST(TimeOfDayTest, MinutesSinceMidnight) {
  EXPECT_EQ(ParseTimeOfDay("00:00"), std::chrono::minutes(0));
  EXPECT_EQ(ParseTimeOfDay("08:30"), std::chrono::minutes(510));
  EXPECT_EQ(ParseTimeOfDay("23:59"), std::chrono::minutes(1439));
}

TEST(TimeOfDayTest, OtherFormsAndTimesAreRefused) {
  for (const char* text : {"",
                           "8:30",
                           "24:00",
                           "12:60",
                           "1230",
                           "12-30",
                           "12:3",
                           "12:30:00",
                           " 2:30",
                           "-1:30",
                           "ab:cd"}) {
    EXPECT_FALSE(ParseTimeOfDay(text)) << text;
  }
}

}  // namespace
}  // namespace pinion::base
