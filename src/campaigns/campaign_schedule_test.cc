#include "campaigns/campaign_schedule.h"

#include <string>

#include <gtest/gtest.h>

#include "base/time_text.h"

namespace pinion::campaigns {
namespace {

const base::Timestamp kNow = *base::ParseInstant("2026-11-23T11:15:00Z");

model::Schedule At(std::string start, std::optional<std::string> zone = std::nullopt) {
  model::Schedule schedule;
  schedule.start_time = std::move(start);
  schedule.timezone = std::move(zone);
  return schedule;
}

// The instant of the start in the form of the API, or the refusal.
std::string StartOf(const model::Schedule& schedule) {
  const auto instants = CheckSchedule(schedule, "Schedule", kNow);
  return instants.ok() ? base::FormatIso8601(instants->start) : instants.error().message;
}

std::string RefusalOf(const model::Schedule& schedule) {
  const auto instants = CheckSchedule(schedule, "Schedule", kNow);
  return instants.ok() ? "none" : instants.error().message.substr(0, 40);
}

TEST(CampaignScheduleTest, EveryWritingOfOneInstantIsThatInstant) {
  for (const char* start : {"2026-04-28T09:00:00-0700",
                            "2026-04-28T09:00:00-07:00",
                            "2026-04-28T09:00-07",
                            "2026-04-28T16:00:00Z",
                            "2026-04-28T16:00:00.000Z",
                            "20260428T160000Z",
                            "2026-04-28T16:00:00",
                            "2026-04-28 16:00"}) {
    EXPECT_EQ(StartOf(At(start)), "2026-04-28T16:00:00.000Z") << start;
  }
}

TEST(CampaignScheduleTest, ImmediateInAnyCaseIsNow) {
  EXPECT_EQ(StartOf(At("IMMEDIATE")), "2026-11-23T11:15:00.000Z");
  EXPECT_EQ(StartOf(At("immediate")), "2026-11-23T11:15:00.000Z");
}

TEST(CampaignScheduleTest, OffsetZonesDoNotMoveDigitsWithoutOffset) {
  EXPECT_EQ(StartOf(At("2026-04-28T16:00:00", "UTC-07")), "2026-04-28T16:00:00.000Z");
}

TEST(CampaignScheduleTest, NamedZonesDo) {
  EXPECT_EQ(StartOf(At("2026-04-28T09:00:00", "America/Los_Angeles")), "2026-04-28T16:00:00.000Z");
  EXPECT_EQ(StartOf(At("2026-04-28T09:00:00Z", "America/Los_Angeles")), "2026-04-28T09:00:00.000Z");
}

TEST(CampaignScheduleTest, HoursThatSpringSkipsComeAfterTheGap) {
  EXPECT_EQ(StartOf(At("2026-03-29T02:30:00", "Europe/Berlin")), "2026-03-29T01:30:00.000Z");
}

TEST(CampaignScheduleTest, HoursThatAutumnRepeatsAreTheFirst) {
  EXPECT_EQ(StartOf(At("2026-10-25T02:30:00", "Europe/Berlin")), "2026-10-25T00:30:00.000Z");
}

TEST(CampaignScheduleTest, WhatIsNoTimestampIsRefused) {
  for (const char* start : {"",
                            "tomorrow",
                            " 2026-04-28",
                            "2026-02-30",
                            "2026-04-28T24:00",
                            "2026-W18-2",
                            "1777392000",
                            "2026-04-28T09:00:00 PST"}) {
    EXPECT_EQ(RefusalOf(At(start)), "Member 'Schedule.StartTime': expected a ") << start;
  }
}

TEST(CampaignScheduleTest, ZonesOfTheGrammarAreTaken) {
  for (const char* zone :
       {"UTC", "utc", "UTC+1", "utc+01", "UTC-4", "UTC+05:45", "UTC-12", "UTC+14", "Asia/Tokyo"}) {
    EXPECT_EQ(RefusalOf(At("IMMEDIATE", zone)), "none") << zone;
  }
}

TEST(CampaignScheduleTest, OtherZonesAreRefused) {
  for (const char* zone :
       {"", "Mars", "UTC+", "UTC+15", "UTC-12:30", "UTC+1:5", "UTC+01:60", "UTC+001", "+01"}) {
    EXPECT_EQ(RefusalOf(At("IMMEDIATE", zone)), "Member 'Schedule.Timezone': expected UTC") << zone;
  }
}

TEST(CampaignScheduleTest, EndTimeComesAfterStartTime) {
  model::Schedule schedule = At("2026-12-01T00:00:00Z");
  schedule.end_time = "2026-12-01T00:00:00Z";
  EXPECT_EQ(RefusalOf(schedule), "Member 'Schedule.EndTime': it must be la");
  schedule.end_time = "2026-12-01T00:00:01Z";
  EXPECT_EQ(RefusalOf(schedule), "none");
}

TEST(CampaignScheduleTest, EventFilterGoesWithEventsAndOnlyWithThem) {
  model::Schedule schedule = At("IMMEDIATE");
  schedule.frequency = model::Frequency::kEvent;
  EXPECT_EQ(RefusalOf(schedule), "Member 'Schedule.EventFilter': it is req");
  schedule.event_filter.emplace();
  EXPECT_EQ(RefusalOf(schedule), "Member 'Schedule.EventFilter.Dimensions.");
  schedule.event_filter->dimensions.event_type.emplace().values = {"Purchase"};
  EXPECT_EQ(RefusalOf(schedule), "none");
  schedule.frequency = model::Frequency::kDaily;
  EXPECT_EQ(RefusalOf(schedule), "Member 'Schedule.EventFilter': it goes w");
}

TEST(CampaignScheduleTest, QuietTimeIsTwoTimesOfDay) {
  model::Schedule schedule = At("IMMEDIATE");
  schedule.quiet_time.emplace().start = "22:00";
  EXPECT_EQ(RefusalOf(schedule), "Member 'Schedule.QuietTime': it needs bo");
  schedule.quiet_time->end = "24:00";
  EXPECT_EQ(RefusalOf(schedule), "Member 'Schedule.QuietTime': Start and E");
  schedule.quiet_time->end = "07:00";
  EXPECT_EQ(RefusalOf(schedule), "none");
}

bool IsQuiet(const char* at, std::string_view zone, const char* start = "22:00") {
  const auto hours = QuietHours::Of({.end = "07:00", .start = start});
  return hours && hours->Covers(*base::ParseInstant(at), zone);
}

TEST(QuietHoursTest, SpanMidnightAndEndBeforeTheirLastMinute) {
  EXPECT_FALSE(IsQuiet("2026-11-23T21:59:59Z", "UTC"));
  EXPECT_TRUE(IsQuiet("2026-11-23T22:00:00Z", "UTC"));
  EXPECT_TRUE(IsQuiet("2026-11-24T06:59:59Z", "UTC"));
  EXPECT_FALSE(IsQuiet("2026-11-24T07:00:00Z", "UTC"));
}

TEST(QuietHoursTest, AreThoseOfTheEndpointsZone) {
  EXPECT_TRUE(IsQuiet("2026-11-23T14:00:00Z", "Asia/Tokyo"));
  EXPECT_FALSE(IsQuiet("2026-11-23T14:00:00Z", "Europe/Berlin"));
}

TEST(QuietHoursTest, NeverHoldWithoutAZone) {
  EXPECT_FALSE(IsQuiet("2026-11-23T23:00:00Z", ""));
  EXPECT_FALSE(IsQuiet("2026-11-23T23:00:00Z", "Middle/Earth"));
}

TEST(QuietHoursTest, EqualStartAndEndAreNone) {
  EXPECT_FALSE(IsQuiet("2026-11-23T07:00:00Z", "UTC", "07:00"));
}

}  // namespace
}  // namespace pinion::campaigns
