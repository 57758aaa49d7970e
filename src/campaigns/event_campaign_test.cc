// Campaigns that events trigger: which events do, who gets the message, and once.
#include "campaigns/campaigns_fixture.h"

namespace pinion::campaigns {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class EventCampaignTest : public CampaignsFixture {
 protected:
  EventCampaignTest() { PutMailboxes(2); }

  // `schedule`: further members, each behind a comma.
  static std::string Campaign(const std::string& members = "",
                              const std::string& schedule = R"(,"StartTime":"IMMEDIATE")") {
    return R"({"Schedule":{"Frequency":"EVENT","EventFilter":{"FilterType":"ENDPOINT","Dimensions":{
               "EventType":{"Values":["Purchase"]},
               "Attributes":{"item":{"Values":["gloves","boots"]}}}})" +
           schedule + "}" + members + "}";
  }
  std::string CreateLive(const std::string& members = "") {
    const std::string id = Create(Campaign(members));
    Advance(seconds(0));
    EXPECT_EQ(StatusOf(id), "EXECUTING");
    return id;
  }
  void Report(const std::string& endpoint,
              const std::string& item = "boots",
              std::chrono::milliseconds age = seconds(0)) {
    eventlog::Event event;
    event.event_type = "Purchase";
    event.endpoint_id = endpoint;
    event.arrived_at = machine_.clock.Now();
    event.reported_at = event.arrived_at - age;
    event.attributes = {{"item", item}};
    {
      storage::WriteBatch batch;
      const auto append = world().event_log.Add(app_, std::span(&event, 1), batch);
      ASSERT_TRUE(store_.Apply(batch).ok());
    }
    world().work.WaitUntilQuiet();
  }
};

TEST_F(EventCampaignTest, AMatchingEventSendsToItsEndpointEachTime) {
  const std::string id = CreateLive();
  Report("e1");
  EXPECT_THAT(Recipients(id), ElementsAre("e1"));
  Report("e1", "hat");
  Report("e1");
  EXPECT_THAT(Recipients(id), ElementsAre("e1", "e1"));
  EXPECT_THAT(SendStatuses(), ElementsAre("SUCCESS", "SUCCESS"));
  ASSERT_EQ(ActivitiesOf(id).size(), 1U);
  const auto activity = ActivitiesOf(id)[0];
  EXPECT_EQ(activity.state, "RUNNING");
  EXPECT_EQ(activity.total_endpoint_count, 2);
  EXPECT_EQ(activity.successful_endpoint_count, 2);
  EXPECT_EQ(StatusOf(id), "EXECUTING");
}

TEST_F(EventCampaignTest, WithoutAMessageForTheEndpointThoseOfItsUserGetIt) {
  PutEndpoint("phone", R"({"ChannelType":"IN_APP","User":{"UserId":"ada"}})");
  PutEndpoint("m1", R"({"ChannelType":"EMAIL","Address":"a@example.com","User":{"UserId":"ada"}})");
  PutEndpoint("m2", R"({"ChannelType":"EMAIL","Address":"b@example.com","User":{"UserId":"ada"}})");
  PutEndpoint("sms", R"({"ChannelType":"SMS","Address":"+12065550100","User":{"UserId":"ada"}})");
  const std::string id = CreateLive();
  Report("phone");
  EXPECT_THAT(Recipients(id), UnorderedElementsAre("m1", "m2"));
}

TEST_F(EventCampaignTest, OnlyEventsOfTheSegmentTrigger) {
  segment_ = MakeSegment(
      R"({"Dimensions":{"Attributes":{"tier":{"AttributeType":"INCLUSIVE","Values":["gold"]}}}})");
  const std::string id = CreateLive();
  Report("e0");
  Report("nobody");
  EXPECT_THAT(Messages(id), IsEmpty());
  PutEndpoint("e0", R"({"Attributes":{"tier":["gold"]}})");
  Report("e0");
  EXPECT_THAT(Recipients(id), ElementsAre("e0"));
}

TEST_F(EventCampaignTest, EventsOlderThanADayTriggerNothing) {
  const std::string id = CreateLive();
  Report("e0", "boots", hours(24) + seconds(1));
  EXPECT_THAT(Messages(id), IsEmpty());
  Report("e0", "boots", hours(24));
  EXPECT_EQ(Messages(id).size(), 1U);
}

TEST_F(EventCampaignTest, ItActsFromStartTimeUntilEndTime) {
  const std::string id = Create(
      Campaign("", R"(,"StartTime":"2026-11-23T11:16:00Z","EndTime":"2026-11-23T11:20:00Z")"));
  Report("e0");
  EXPECT_THAT(Messages(id), IsEmpty());
  Advance(minutes(1));
  Report("e0");
  EXPECT_EQ(Messages(id).size(), 1U);
  Advance(minutes(10));
  Report("e0");
  EXPECT_EQ(Messages(id).size(), 1U);
  EXPECT_EQ(StatusOf(id), "COMPLETED");
  EXPECT_EQ(ActivitiesOf(id)[0].state, "COMPLETED");
  EXPECT_EQ(ActivitiesOf(id)[0].total_endpoint_count, 1);
  EXPECT_EQ(ActivitiesOf(id)[0].successful_endpoint_count, 1);
  EXPECT_TRUE(world().campaign_store.Runs()->empty());
}

TEST_F(EventCampaignTest, EventsWhilePausedAreNotMadeUpFor) {
  const std::string id = CreateLive();
  ASSERT_TRUE(Update(id, R"({"IsPaused":true})").ok());
  Report("e0");
  ASSERT_TRUE(Update(id, R"({"IsPaused":false})").ok());
  Advance(seconds(0));
  EXPECT_THAT(Messages(id), IsEmpty());
  Report("e1");
  EXPECT_THAT(Recipients(id), ElementsAre("e1"));
  EXPECT_EQ(ActivitiesOf(id).size(), 1U);
}

TEST_F(EventCampaignTest, ResumedForTheFirstTimeInsideItsWindowItActs) {
  const std::string id = Create(Campaign(R"(,"IsPaused":true)"));
  Advance(seconds(1));
  ASSERT_TRUE(Update(id, R"({"IsPaused":false})").ok());
  EXPECT_EQ(StatusOf(id), "EXECUTING");
  Report("e0");
  EXPECT_EQ(Messages(id).size(), 1U);
}

TEST_F(EventCampaignTest, AnUpdateCountsForTheEventsBehindIt) {
  const std::string id = CreateLive();
  ASSERT_TRUE(
      Update(id, R"({"MessageConfiguration":{"EmailMessage":{"Title":"New","HtmlBody":"x"}}})")
          .ok());
  Report("e0");
  ASSERT_EQ(Messages(id).size(), 1U);
  EXPECT_EQ(Messages(id)[0].subject, "New");
}

TEST_F(EventCampaignTest, CapsForbidASecondMessage) {
  const std::string daily = CreateLive(R"(,"Limits":{"Daily":1})");
  const std::string total = CreateLive(R"(,"Limits":{"Total":2})");
  for (int i = 0; i < 4; ++i) {
    Report("e0");
  }
  EXPECT_EQ(Messages(daily).size(), 1U);
  EXPECT_EQ(Messages(total).size(), 2U);
  EXPECT_EQ(MetricOf(daily, "DAILY_CAP"), "3");
  EXPECT_EQ(MetricOf(total, "CAMPAIGN_CAP"), "2");
}

TEST_F(EventCampaignTest, WhatThePaceHoldsBackGoesOutLaterButNotAfterFiveMinutes) {
  const std::string id = CreateLive(R"(,"Limits":{"MessagesPerSecond":1})");
  for (int i = 0; i < 3; ++i) {
    Report("e0");
  }
  EXPECT_EQ(Messages(id).size(), 1U);
  Advance(seconds(1));
  EXPECT_EQ(Messages(id).size(), 2U);
  world_.reset();
  machine_.clock.Advance(minutes(6));
  Start();
  Advance(seconds(1));
  EXPECT_EQ(Messages(id).size(), 2U);
  EXPECT_THAT(SendStatuses(), ElementsAre("SUCCESS", "SUCCESS", "EXPIRED"));
}

TEST_F(EventCampaignTest, WhoHasOptedOutGetsNothing) {
  PutEndpoint("e0", R"({"OptOut":"ALL"})");
  const std::string id = CreateLive();
  Report("e0");
  EXPECT_THAT(Messages(id), IsEmpty());
  EXPECT_EQ(MetricOf(id, "ENDPOINT_OPT_OUT"), "1");
  EXPECT_EQ(ActivitiesOf(id)[0].total_endpoint_count, 0);
}

TEST_F(EventCampaignTest, DeletedItAnswersNoEvent) {
  const std::string id = CreateLive();
  ASSERT_TRUE(world().campaigns.Delete(app_, base::CampaignId(id)).ok());
  Report("e0");
  EXPECT_THAT(Messages(), IsEmpty());
  EXPECT_THAT(*TriggerQueue::Waiting(store_), IsEmpty());
}

TEST_F(EventCampaignTest, EventsThatWaitSurviveARestart) {
  const std::string id = CreateLive(R"(,"Limits":{"MessagesPerSecond":1})");
  Report("e0");
  Report("e1");
  Start();
  Advance(seconds(1));
  EXPECT_THAT(Recipients(id), ElementsAre("e0", "e1"));
}

TEST_F(EventCampaignTest, RefusesFiltersThatCannotBeRead) {
  const auto refused = [this](const std::string& dimensions) {
    return TryCreate(
               R"({"Schedule":{"Frequency":"EVENT","StartTime":"IMMEDIATE","EventFilter":{
                   "FilterType":"ENDPOINT","Dimensions":{"EventType":{"Values":["x"]},)" +
               dimensions + "}}}}")
        .error()
        .message;
  };
  EXPECT_THAT(refused(R"("Metrics":{"p":{"ComparisonOperator":"ABOUT","Value":1}})"),
              HasSubstr("'Schedule.EventFilter.Dimensions.Metrics.p.ComparisonOperator'"));
}

}  // namespace
}  // namespace pinion::campaigns
