#include "server/backup_schedule.h"

#include <gtest/gtest.h>

#include "base/time_text.h"

namespace pinion::server {
namespace {

std::string LatestDue(const std::vector<std::string>& times, std::string_view now) {
  const auto schedule = BackupSchedule::Parse(times);
  EXPECT_TRUE(schedule.has_value());
  return base::FormatIso8601(schedule->LatestDue(*base::ParseInstant(now)));
}

TEST(BackupScheduleTest, DueIsTheLatestTimeOfTheDay) {
  EXPECT_EQ(LatestDue({"14:30", "02:00"}, "2026-11-23T11:15:00Z"), "2026-11-23T02:00:00.000Z");
  EXPECT_EQ(LatestDue({"14:30", "02:00"}, "2026-11-23T23:59:59Z"), "2026-11-23T14:30:00.000Z");
}

TEST(BackupScheduleTest, BeforeTheFirstTimeItIsTheDayBefore) {
  EXPECT_EQ(LatestDue({"14:30", "02:00"}, "2026-11-01T01:59:59.999Z"), "2026-10-31T14:30:00.000Z");
}

TEST(BackupScheduleTest, TheInstantItselfIsDue) {
  EXPECT_EQ(LatestDue({"02:00"}, "2026-11-23T02:00:00Z"), "2026-11-23T02:00:00.000Z");
}

TEST(BackupScheduleTest, OnlyTimesOfADayAreTaken) {
  EXPECT_FALSE(BackupSchedule::Parse({"02:00", "24:00"}));
  EXPECT_FALSE(BackupSchedule::Parse({"daily"}));
  EXPECT_TRUE(BackupSchedule::Parse({})->empty());
}

}  // namespace
}  // namespace pinion::server
