#include "campaigns/recurrence.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.h"

namespace pinion::campaigns {
namespace {

using model::Frequency;

model::Schedule ScheduleOf(Frequency frequency, std::string start, std::string zone = "UTC") {
  model::Schedule schedule;
  schedule.frequency = frequency;
  schedule.start_time = std::move(start);
  schedule.timezone = std::move(zone);
  return schedule;
}

Recurrence Of(const model::Schedule& schedule) {
  const auto instants = CheckSchedule(schedule, "Schedule", base::TimestampFromMillis(0));
  EXPECT_TRUE(instants.ok());
  return {schedule, instants->start};
}

std::vector<std::string> First(int count, const model::Schedule& schedule) {
  const Recurrence recurrence = Of(schedule);
  std::vector<std::string> texts;
  for (int k = 0; k < count; ++k) {
    texts.push_back(base::FormatIso8601(recurrence.At(k)).substr(0, 16));
  }
  return texts;
}

TEST(RecurrenceTest, PeriodsAreCountedFromStartTime) {
  const std::string start = "2026-02-27T09:00:00Z";
  EXPECT_THAT(First(3, ScheduleOf(Frequency::kHourly, start)),
              ::testing::ElementsAre("2026-02-27T09:00", "2026-02-27T10:00", "2026-02-27T11:00"));
  EXPECT_THAT(First(3, ScheduleOf(Frequency::kDaily, start)),
              ::testing::ElementsAre("2026-02-27T09:00", "2026-02-28T09:00", "2026-03-01T09:00"));
  EXPECT_THAT(First(3, ScheduleOf(Frequency::kWeekly, start)),
              ::testing::ElementsAre("2026-02-27T09:00", "2026-03-06T09:00", "2026-03-13T09:00"));
  EXPECT_THAT(First(3, ScheduleOf(Frequency::kMonthly, start)),
              ::testing::ElementsAre("2026-02-27T09:00", "2026-03-27T09:00", "2026-04-27T09:00"));
}

TEST(RecurrenceTest, AShorterMonthEndsEarlierAndTheNextDoesNot) {
  EXPECT_THAT(First(4, ScheduleOf(Frequency::kMonthly, "2027-12-31T00:00:00Z")),
              ::testing::ElementsAre(
                  "2027-12-31T00:00", "2028-01-31T00:00", "2028-02-29T00:00", "2028-03-31T00:00"));
}

TEST(RecurrenceTest, ANamedZoneKeepsItsWallClockAcrossAChangeOfTheClocks) {
  EXPECT_THAT(First(3, ScheduleOf(Frequency::kDaily, "2026-03-07T09:00:00", "America/Los_Angeles")),
              ::testing::ElementsAre("2026-03-07T17:00", "2026-03-08T16:00", "2026-03-09T16:00"));
  EXPECT_THAT(First(3, ScheduleOf(Frequency::kDaily, "2026-03-07T09:00:00-08:00", "UTC-08")),
              ::testing::ElementsAre("2026-03-07T17:00", "2026-03-08T17:00", "2026-03-09T17:00"));
}

TEST(RecurrenceTest, ATimeThatDoesNotExistMovesThatOccurrenceOnly) {
  EXPECT_THAT(First(3, ScheduleOf(Frequency::kDaily, "2026-03-08T02:30:00", "America/Los_Angeles")),
              ::testing::ElementsAre("2026-03-08T10:30", "2026-03-09T09:30", "2026-03-10T09:30"));
}

TEST(RecurrenceTest, AnAmbiguousTimeIsItsFirstOccurrence) {
  EXPECT_THAT(First(2, ScheduleOf(Frequency::kDaily, "2026-10-31T01:30:00", "America/Los_Angeles")),
              ::testing::ElementsAre("2026-10-31T08:30", "2026-11-01T08:30"));
}

// In zones with changes of the clocks of an hour and of half an hour, north and
// south.
TEST(RecurrenceTest, NeighboursEncloseEveryInstantAndTheWallClockStays) {
  const char* zones[] = {"UTC",
                         "UTC+05:30",
                         "America/New_York",
                         "Europe/Berlin",
                         "Australia/Lord_Howe",
                         "America/Sao_Paulo",
                         "Asia/Kathmandu"};
  const Frequency frequencies[] = {
      Frequency::kHourly, Frequency::kDaily, Frequency::kWeekly, Frequency::kMonthly};
  std::mt19937_64 random(7);
  for (int round = 0; round < 2000; ++round) {
    const auto start = base::TimestampFromMillis(
        1'500'000'000'000 + static_cast<int64_t>(random() % 500'000'000'000ULL));
    const char* zone_name = zones[random() % std::size(zones)];
    const Frequency frequency = frequencies[random() % std::size(frequencies)];
    SCOPED_TRACE(base::FormatIso8601(start) + " " + zone_name + " " +
                 std::string(model::ToWire(frequency)));
    const Recurrence recurrence = Of(ScheduleOf(frequency, base::FormatIso8601(start), zone_name));
    const auto at = start + std::chrono::milliseconds(random() % 100'000'000'000ULL);

    const auto last = recurrence.LastUntil(at);
    const auto next = recurrence.FirstAfter(at);
    ASSERT_TRUE(last && next);
    ASSERT_LE(*last, at);
    ASSERT_GT(*next, at);
    ASSERT_EQ(recurrence.FirstAfter(*last), next);
    ASSERT_EQ(recurrence.LastUntil(*next), next);
    ASSERT_EQ(recurrence.LastUntil(*next - std::chrono::milliseconds(1)), last);
    ASSERT_FALSE(recurrence.LastUntil(start - std::chrono::milliseconds(1)));
    if (frequency == Frequency::kDaily) {
      const Zone zone = *Zone::Parse(zone_name);
      const auto of_day = [&zone](base::Timestamp instant) {
        const auto local = instant.time_since_epoch() + zone.OffsetAt(instant);
        return local - std::chrono::floor<std::chrono::days>(local);
      };
      const auto moved = of_day(*next) - of_day(start);
      // A gap moves an occurrence by its length, at most an hour, and over
      // midnight.
      ASSERT_TRUE(moved == moved.zero() || std::chrono::abs(moved) <= std::chrono::hours(1) ||
                  std::chrono::abs(moved) >= std::chrono::hours(23));
    }
  }
}

}  // namespace
}  // namespace pinion::campaigns
