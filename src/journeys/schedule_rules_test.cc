#include "journeys/schedule_rules.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.h"
#include "model/codec.h"

namespace pinion::journeys {
namespace {

using testing::HasSubstr;

model::WriteJourneyRequest Journey(const std::string& members) {
  auto journey = model::Decode<model::WriteJourneyRequest>(R"({"Name":"j",)" + members + "}");
  EXPECT_TRUE(journey.ok()) << members;
  return journey.ok() ? *std::move(journey) : model::WriteJourneyRequest{};
}

std::string FormOf(const std::string& members) {
  Problems problems;
  CheckScheduleForm(Journey(members), problems);
  return problems.Sentences();
}

// At the moment that every test begins.
std::string PublicationOf(const std::string& members) {
  Problems problems;
  CheckScheduleForPublication(
      Journey(members), *base::ParseInstant("2026-11-23T11:15:00Z"), problems);
  return problems.PublicationList();
}

std::string EndsAt(const std::string& members) {
  const auto at = EntryEndsAt(Journey(members));
  return at ? base::FormatIso8601(*at) : "never";
}

TEST(ScheduleRulesTest, Jrn401TimesMustBeTimesInOrder) {
  EXPECT_EQ(
      FormOf(R"("Schedule":{"StartTime":"2026-12-01T09:00:00+01:00","EndTime":"2027-01-01"})"), "");
  EXPECT_THAT(FormOf(R"("Schedule":{"StartTime":"soon"})"),
              HasSubstr("Member 'Schedule.StartTime': expected an ISO 8601 time, got 'soon'."));
  EXPECT_THAT(FormOf(R"("Schedule":{"EndTime":""})"), HasSubstr("Schedule.EndTime"));
  EXPECT_THAT(
      FormOf(R"("Schedule":{"StartTime":"2026-12-01T09:00Z","EndTime":"2026-12-01T10:00+01:00"})"),
      HasSubstr("Member 'Schedule.EndTime': it must be later than StartTime."));
}

TEST(ScheduleRulesTest, Jrn401ZonesAreThoseOfTheTableOrHaveANameOfTheirOwn) {
  for (const char* zone : {"UTC",
                           "UTC+01",
                           "UTC+13:45",
                           "UTC+05:45",
                           "UTC-02:30",
                           "UTC-11",
                           "Europe/Berlin",
                           "Asia/Tokyo"}) {
    EXPECT_TRUE(IsScheduleZone(zone)) << zone;
  }
  for (const char* zone : {"UTC+1",
                           "UTC+00",
                           "UTC+14",
                           "UTC-12",
                           "UTC-01",
                           "UTC+01:15",
                           "utc+01",
                           "Mars/Base",
                           "+01",
                           "UTC "}) {
    EXPECT_FALSE(IsScheduleZone(zone)) << zone;
  }
  EXPECT_THAT(FormOf(R"("Schedule":{"Timezone":"UTC+14"})"), HasSubstr("Schedule.Timezone"));
}

TEST(ScheduleRulesTest, Api56EpochSecondsBecomeText) {
  model::WriteJourneyRequest journey =
      Journey(R"("Schedule":{"StartTime":1700000000.1239,"EndTime":"2026-12-01T09:00+01:00"})");
  NormalizeSchedule(journey.schedule);
  EXPECT_EQ(journey.schedule->start_time, "2023-11-14T22:13:20.123Z");
  EXPECT_EQ(journey.schedule->end_time, "2026-12-01T09:00+01:00");
}

TEST(ScheduleRulesTest, Jrn404QuietTimeIsTwoTimesOfDay) {
  EXPECT_EQ(FormOf(R"("QuietTime":{"Start":"21:00","End":"08:00"})"), "");
  EXPECT_THAT(FormOf(R"("QuietTime":{"Start":"21:00"})"), HasSubstr("both Start and End"));
  EXPECT_THAT(FormOf(R"("QuietTime":{"Start":"9:00","End":"24:00"})"),
              testing::AllOf(HasSubstr("QuietTime.Start"), HasSubstr("QuietTime.End")));
}

TEST(ScheduleRulesTest, Jrn311RefreshIsNeverOrFromAMinuteToAYear) {
  for (const char* good : {"", "PT0S", "PT1M", "PT1H", "P365D"}) {
    EXPECT_EQ(FormOf(R"("RefreshFrequency":")" + std::string(good) + "\""), "") << good;
  }
  for (const char* bad : {"PT59S", "P366D", "P1Y", "hourly"}) {
    EXPECT_THAT(FormOf(R"("RefreshFrequency":")" + std::string(bad) + "\""),
                HasSubstr("RefreshFrequency"))
        << bad;
  }
}

TEST(ScheduleRulesTest, Jrn407OpenHoursHaveFourForms) {
  EXPECT_EQ(ParseOpenHoursTime("09:30"), std::chrono::minutes(570));
  EXPECT_EQ(ParseOpenHoursTime("09:30:15"), std::chrono::seconds(34'215));
  EXPECT_EQ(ParseOpenHoursTime("T09:30"), std::chrono::minutes(570));
  EXPECT_EQ(ParseOpenHoursTime("T09:30:15"), std::chrono::seconds(34'215));
  EXPECT_EQ(ParseOpenHoursTime("24:00"), std::chrono::hours(24));
  for (const char* bad :
       {"", "T", "9:30", "24:01", "09:30:60", "09:30:1", "09:30:15Z", "TT09:30"}) {
    EXPECT_FALSE(ParseOpenHoursTime(bad)) << bad;
  }
}

TEST(ScheduleRulesTest, Jrn407RangesOfADay) {
  const auto monday = [](const std::string& ranges) {
    return FormOf(R"("OpenHours":{"EMAIL":{"MONDAY":[)" + ranges + "]}}");
  };
  const std::string range = R"({"StartTime":"09:00","EndTime":"24:00"})";
  EXPECT_EQ(monday(range + "," + range + "," + range + "," + range), "");
  EXPECT_THAT(monday(range + "," + range + "," + range + "," + range + "," + range),
              HasSubstr("Member 'OpenHours.EMAIL.MONDAY': at most 4 ranges a day."));
  EXPECT_THAT(monday(R"({"StartTime":"09:00","EndTime":"09:00"})"),
              HasSubstr("Member 'OpenHours.EMAIL.MONDAY[0]': EndTime must be later"));
  EXPECT_THAT(monday(R"({"StartTime":"24:00","EndTime":"24:00"})"), HasSubstr("MONDAY[0]"));
  EXPECT_THAT(monday(R"({"StartTime":"nine","EndTime":"17:00"})"), HasSubstr("times of day"));
}

TEST(ScheduleRulesTest, Jrn408ClosedDaysAreTimesInOrderAndNotTooMany) {
  EXPECT_EQ(
      FormOf(
          R"("ClosedDays":{"SMS":[{"Name":"x","StartDateTime":"2026-12-24T00:00","EndDateTime":"2026-12-27T00:00"}]})"),
      "");
  EXPECT_THAT(FormOf(R"("ClosedDays":{"SMS":[{"StartDateTime":"Christmas"}]})"),
              HasSubstr("Member 'ClosedDays.SMS[0].StartDateTime'"));
  EXPECT_THAT(
      FormOf(R"("ClosedDays":{"SMS":[{"StartDateTime":"2026-12-24","EndDateTime":"2026-12-24"}]})"),
      HasSubstr("Member 'ClosedDays.SMS[0]': EndDateTime must be later"));
  std::string rules = "{}";
  for (int i = 0; i < 365; ++i) {
    rules += ",{}";
  }
  EXPECT_EQ(FormOf(R"("ClosedDays":{"SMS":[)" + rules + "]}"), "");
  EXPECT_THAT(FormOf(R"("ClosedDays":{"SMS":[{},)" + rules + "]}"),
              HasSubstr("Member 'ClosedDays.SMS': at most 366"));
}

TEST(ScheduleRulesTest, Jrn401EndTimeMustBeToComeWhenPublished) {
  EXPECT_EQ(PublicationOf(R"("Schedule":{"EndTime":"2026-11-23T11:15:00.001Z"})"), "");
  EXPECT_THAT(PublicationOf(R"("Schedule":{"EndTime":"2026-11-23T11:15:00Z"})"),
              HasSubstr("SCHEDULE Member 'Schedule.EndTime': it must be in the future."));
}

TEST(ScheduleRulesTest, Jrn402LocalTimeIsForSegmentEntry) {
  EXPECT_THAT(PublicationOf(R"("LocalTime":true,"StartCondition":{"EventStartCondition":{}})"),
              HasSubstr("SCHEDULE Member 'LocalTime'"));
  EXPECT_EQ(PublicationOf(
                R"("LocalTime":true,"StartCondition":{"SegmentStartCondition":{"SegmentId":"s"}})"),
            "");
}

TEST(ScheduleRulesTest, Jrn407ASendingScheduleNeedsQuietTimeAndKeepsOutOfIt) {
  const std::string quiet =
      R"("SendingSchedule":true,"QuietTime":{"Start":"21:00","End":"08:00"},)";
  const auto open = [](const std::string& start, const std::string& end) {
    return R"("OpenHours":{"SMS":{"FRIDAY":[{"StartTime":")" + start + R"(","EndTime":")" + end +
           R"("}]}})";
  };
  EXPECT_THAT(PublicationOf(R"("SendingSchedule":true)"),
              HasSubstr("SCHEDULE Member 'SendingSchedule'"));
  EXPECT_EQ(PublicationOf(quiet + open("08:00", "21:00")), "");
  EXPECT_THAT(PublicationOf(quiet + open("07:59", "21:00")),
              HasSubstr("Member 'OpenHours.SMS.FRIDAY[0]': it overlaps QuietTime."));
  EXPECT_THAT(PublicationOf(quiet + open("08:00", "21:00:01")), HasSubstr("overlaps"));
  EXPECT_EQ(PublicationOf(R"("SendingSchedule":false,)" + open("00:00", "24:00")), "");
}

TEST(ScheduleRulesTest, Jrn402LocalTimeEndsWithTheLastZone) {
  EXPECT_EQ(EndsAt(R"("LocalTime":true)"), "never");
  EXPECT_EQ(EndsAt(R"("Schedule":{"EndTime":"2026-12-01T09:00:00Z"})"), "2026-12-01T09:00:00.000Z");
  EXPECT_EQ(EndsAt(R"("LocalTime":true,"Schedule":{"EndTime":"2026-12-01T09:00:00Z"})"),
            "2026-12-01T21:00:00.000Z");
  EXPECT_EQ(
      EndsAt(
          R"("LocalTime":true,"Schedule":{"EndTime":"2026-12-01T09:00:00Z","Timezone":"UTC+05:45"})"),
      "2026-12-02T02:45:00.000Z");
  EXPECT_EQ(
      EndsAt(
          R"("LocalTime":true,"Schedule":{"EndTime":"2026-07-01T09:00:00Z","Timezone":"America/New_York"})"),
      "2026-07-01T17:00:00.000Z");
}

}  // namespace
}  // namespace pinion::journeys
