#include "journeys/wait_duration.h"

#include <string>

#include <gtest/gtest.h>

namespace pinion::journeys {
namespace {

// The seconds, or -1 for a refusal.
int64_t Seconds(std::string_view text) {
  const auto parsed = ParseWaitDuration(text);
  return parsed ? parsed->count() : -1;
}

TEST(WaitDurationTest, WeeksOrDaysAndTime) {
  EXPECT_EQ(Seconds("P2W"), 2 * 7 * 86'400);
  EXPECT_EQ(Seconds("P3D"), 3 * 86'400);
  EXPECT_EQ(Seconds("PT1H"), 3600);
  EXPECT_EQ(Seconds("PT90M"), 5400);
  EXPECT_EQ(Seconds("PT5S"), 5);
  EXPECT_EQ(Seconds("P1DT2H3M4S"), 86'400 + 7200 + 180 + 4);
  EXPECT_EQ(Seconds("PT0S"), 0);
}

TEST(WaitDurationTest, YearsAndMonthsHaveNoFixedLength) {
  EXPECT_EQ(Seconds("P1Y"), -1);
  EXPECT_EQ(Seconds("P1M"), -1);
  EXPECT_EQ(Seconds("P1Y2D"), -1);
}

TEST(WaitDurationTest, EverythingElseIsRefused) {
  for (const char* text : {"",
                           "P",
                           "PT",
                           "P1",
                           "1D",
                           "P1DT",
                           "PT1H2D",
                           "PT1M1H",
                           "P1.5D",
                           "PT0.5S",
                           "P1W2D",
                           "-P1D",
                           "P-1D",
                           "p1d",
                           " P1D",
                           "P1D ",
                           "P1D1D",
                           "PT1D"}) {
    EXPECT_EQ(Seconds(text), -1) << text;
  }
}

TEST(WaitDurationTest, LengthsBeyondAThousandYearsAreRefused) {
  EXPECT_EQ(Seconds("P366000D"), int64_t{366'000} * 86'400);
  EXPECT_EQ(Seconds("P366000DT1S"), -1);
  EXPECT_EQ(Seconds("P99999999999999999999D"), -1);
  EXPECT_EQ(Seconds("PT" + std::string(1000, '9') + "S"), -1);
}

}  // namespace
}  // namespace pinion::journeys
