// Campaigns that run again: occurrence after occurrence, what pause, end and
// downtime do to them, and the caps that count over all runs.
#include "campaigns/campaigns_fixture.h"

namespace pinion::campaigns {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RecurringCampaignTest : public CampaignsFixture {
 protected:
  RecurringCampaignTest() { PutMailboxes(1); }

  // The clock stands at 11:15.
  std::string CreateHourly(const std::string& members = "", const std::string& schedule = "") {
    return Create(R"({"Schedule":{"Frequency":"HOURLY","StartTime":"2026-11-23T11:20:00Z")" +
                  schedule + "}" + members + "}");
  }
  // Scheduled starts, the oldest first.
  std::vector<std::string> Starts(const std::string& id) {
    std::vector<std::string> starts;
    for (const auto& activity : ActivitiesOf(id)) {
      starts.insert(starts.begin(), activity.scheduled_start->substr(11, 5));
    }
    return starts;
  }
};

TEST_F(RecurringCampaignTest, EveryOccurrenceIsARunAtItsInstant) {
  const std::string id = CreateHourly();
  EXPECT_EQ(StatusOf(id), "SCHEDULED");
  Advance(minutes(5));
  EXPECT_EQ(StatusOf(id), "PENDING_NEXT_RUN");
  Advance(hours(2));
  EXPECT_THAT(Starts(id), ElementsAre("11:20", "12:20", "13:20"));
  for (const auto& activity : ActivitiesOf(id)) {
    EXPECT_EQ(activity.start, activity.scheduled_start);
    EXPECT_EQ(activity.state, "COMPLETED");
  }
  EXPECT_EQ(Messages(id).size(), 3U);
}

TEST_F(RecurringCampaignTest, TheOccurrenceAtExactlyEndTimeIsTheLast) {
  const std::string id = CreateHourly("", R"(,"EndTime":"2026-11-23T12:20:00Z")");
  Advance(minutes(5));
  EXPECT_EQ(StatusOf(id), "PENDING_NEXT_RUN");
  Advance(hours(5));
  EXPECT_THAT(Starts(id), ElementsAre("11:20", "12:20"));
  EXPECT_EQ(StatusOf(id), "COMPLETED");
}

TEST_F(RecurringCampaignTest, WhatFallsDueDuringARunWaitsAndOnlyTheLatestRuns) {
  PutMailboxes(7300);
  const std::string id = CreateHourly(R"(,"Limits":{"MessagesPerSecond":1})");
  Advance(hours(2) + minutes(10));
  EXPECT_THAT(Starts(id), ElementsAre("11:20", "13:20"));
  EXPECT_EQ(StatusOf(id), "EXECUTING");
}

TEST_F(RecurringCampaignTest, PausedDuringARunItPausesAfterIt) {
  PutMailboxes(3);
  const std::string id = CreateHourly(R"(,"Limits":{"MessagesPerSecond":1})");
  Advance(minutes(5));
  ASSERT_EQ(StatusOf(id), "EXECUTING");
  ASSERT_TRUE(Update(id, R"({"IsPaused":true})").ok());
  EXPECT_EQ(StatusOf(id), "EXECUTING");
  Advance(seconds(10));
  EXPECT_EQ(StatusOf(id), "PAUSED");
  EXPECT_EQ(Messages(id).size(), 3U);
}

TEST_F(RecurringCampaignTest, OccurrencesMissedWhilePausedAreNotMadeUpFor) {
  const std::string id = CreateHourly();
  ASSERT_TRUE(Update(id, R"({"IsPaused":true})").ok());
  Advance(hours(2));
  ASSERT_TRUE(Update(id, R"({"IsPaused":false})").ok());
  EXPECT_EQ(StatusOf(id), "SCHEDULED");
  Advance(seconds(0));
  EXPECT_THAT(ActivitiesOf(id), IsEmpty());
  Advance(hours(1));
  EXPECT_THAT(Starts(id), ElementsAre("13:20"));

  ASSERT_TRUE(Update(id, R"({"IsPaused":true})").ok());
  EXPECT_EQ(StatusOf(id), "PAUSED");
  ASSERT_TRUE(Update(id, R"({"IsPaused":false})").ok());
  EXPECT_EQ(StatusOf(id), "PENDING_NEXT_RUN");
}

TEST_F(RecurringCampaignTest, ResumedAfterItsEndItIsCompleted) {
  const std::string id = CreateHourly("", R"(,"EndTime":"2026-11-23T12:00:00Z")");
  ASSERT_TRUE(Update(id, R"({"IsPaused":true})").ok());
  Advance(hours(2));
  ASSERT_TRUE(Update(id, R"({"IsPaused":false})").ok());
  EXPECT_EQ(StatusOf(id), "COMPLETED");
}

TEST_F(RecurringCampaignTest, AMissedOccurrenceRunsAtOnceIfItIsNotOlderThanAQuarterOfAnHour) {
  const std::string fresh =
      Create(R"({"Schedule":{"Frequency":"DAILY","StartTime":"2026-11-20T11:00:00Z"}})");
  const std::string stale =
      Create(R"({"Schedule":{"Frequency":"DAILY","StartTime":"2026-11-20T10:59:59Z"}})");
  Advance(seconds(0));
  EXPECT_THAT(Starts(fresh), ElementsAre("11:00"));
  EXPECT_THAT(Starts(stale), IsEmpty());
  EXPECT_EQ(StatusOf(stale), "SCHEDULED");
}

TEST_F(RecurringCampaignTest, ANewScheduleDoesNotRepeatWhatHasRun) {
  const std::string id = CreateHourly();
  Advance(minutes(6));
  ASSERT_TRUE(
      Update(id, R"({"Schedule":{"Frequency":"DAILY","StartTime":"2026-11-23T11:20:00Z"}})").ok());
  EXPECT_EQ(StatusOf(id), "PENDING_NEXT_RUN");
  Advance(hours(2));
  EXPECT_THAT(Starts(id), ElementsAre("11:20"));
}

TEST_F(RecurringCampaignTest, AfterDowntimeTheLatestMissedOccurrenceRuns) {
  const std::string id = CreateHourly();
  world_.reset();
  machine_.clock.Advance(hours(3));
  Start();
  Advance(seconds(0));
  EXPECT_THAT(Starts(id), ElementsAre("13:20"));
  EXPECT_EQ(StatusOf(id), "PENDING_NEXT_RUN");
}

TEST_F(RecurringCampaignTest, AfterLongDowntimeOldOccurrencesAreSkipped) {
  const std::string id =
      Create(R"({"Schedule":{"Frequency":"DAILY","StartTime":"2026-11-23T11:20:00Z"}})");
  world_.reset();
  machine_.clock.Advance(hours(24 + 7));
  Start();
  Advance(seconds(0));
  EXPECT_THAT(Starts(id), IsEmpty());
  Advance(hours(24));
  EXPECT_THAT(Starts(id), ElementsAre("11:20"));
}

TEST_F(RecurringCampaignTest, TheTotalCapCountsTargetingsOfAllRuns) {
  const std::string id = CreateHourly(R"(,"Limits":{"Total":2})");
  Advance(hours(4));
  EXPECT_EQ(Messages(id).size(), 2U);
  EXPECT_THAT(SendStatuses(), ElementsAre("SUCCESS", "SUCCESS", "CAMPAIGN_CAP", "CAMPAIGN_CAP"));
  EXPECT_EQ(ActivitiesOf(id)[0].total_endpoint_count, 1);
}

// CMP-805.
TEST_F(RecurringCampaignTest, TargetingsInQuietTimeUseUpTheTotalCap) {
  PutEndpoint("e0", R"({"Demographic":{"Timezone":"UTC"}})");
  const std::string id =
      CreateHourly(R"(,"Limits":{"Total":2})", R"(,"QuietTime":{"Start":"11:00","End":"13:00"})");
  Advance(hours(3));
  EXPECT_THAT(Messages(id), IsEmpty());
  EXPECT_THAT(SendStatuses(), ElementsAre("QUIET_TIME", "QUIET_TIME", "CAMPAIGN_CAP"));
}

TEST_F(RecurringCampaignTest, TheDailyCapIsASlidingDay) {
  const std::string id = CreateHourly(R"(,"Limits":{"Daily":2})");
  Advance(hours(24));
  EXPECT_EQ(Messages(id).size(), 2U);
  EXPECT_EQ(MetricOf(id, "DAILY_CAP"), "1");
  Advance(hours(4));
  EXPECT_EQ(Messages(id).size(), 4U);
}

TEST_F(RecurringCampaignTest, CapsSurviveARestart) {
  const std::string id = CreateHourly(R"(,"Limits":{"Total":1})");
  Advance(minutes(10));
  Start();
  Advance(hours(1));
  EXPECT_EQ(Messages(id).size(), 1U);
}

TEST_F(RecurringCampaignTest, AnInvalidRunStopsItUntilItIsMadeValid) {
  const std::string id = CreateHourly();
  machine_.channels.states["EMAIL"] = delivery::ChannelFacts::State::kDisabled;
  Advance(hours(3));
  EXPECT_EQ(StatusOf(id), "INVALID");
  EXPECT_THAT(Starts(id), ElementsAre("11:20"));
  EXPECT_EQ(ActivitiesOf(id)[0].state, "CANCELLED");

  machine_.channels.states["EMAIL"] = delivery::ChannelFacts::State::kEnabled;
  ASSERT_TRUE(Update(id, "{}").ok());
  EXPECT_EQ(StatusOf(id), "PENDING_NEXT_RUN");
  Advance(hours(1));
  EXPECT_EQ(Messages(id).size(), 1U);
}

TEST_F(RecurringCampaignTest, DeletedItRunsNoMore) {
  const std::string id = CreateHourly();
  Advance(hours(1));
  ASSERT_TRUE(world().campaigns.Delete(app_, base::CampaignId(id)).ok());
  const size_t sent = Messages().size();
  Advance(hours(3));
  EXPECT_EQ(Messages().size(), sent);
}

}  // namespace
}  // namespace pinion::campaigns
