// What a run does, endpoint by endpoint.
#include "campaigns/campaigns_fixture.h"
#include "campaigns/run_batch.h"
#include "campaigns/treatments.h"

namespace pinion::campaigns {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class CampaignRunTest : public CampaignsFixture {};

TEST_F(CampaignRunTest, CountsEachEndpointAtTheFirstFilterThatItFails) {
  PutEndpoint("ok", R"({"ChannelType":"EMAIL","Address":"a@x.com"})");
  PutEndpoint(
      "off",
      R"({"ChannelType":"EMAIL","Address":"b@x.com","EndpointStatus":"INACTIVE","OptOut":"ALL"})");
  PutEndpoint("out", R"({"ChannelType":"SMS","OptOut":"ALL"})");
  PutEndpoint("none", R"({"Attributes":{"a":["b"]}})");
  PutEndpoint("sms", R"({"ChannelType":"SMS"})");
  PutEndpoint("bare", R"({"ChannelType":"EMAIL"})");
  const std::string campaign = Create();
  Advance(seconds(1));

  EXPECT_THAT(Recipients(campaign), ElementsAre("ok"));
  EXPECT_EQ(MetricOf(campaign, "ENDPOINT_PRODUCED"), "6");
  EXPECT_EQ(MetricOf(campaign, "ENDPOINT_INACTIVE"), "1");
  EXPECT_EQ(MetricOf(campaign, "ENDPOINT_OPT_OUT"), "1");
  EXPECT_EQ(MetricOf(campaign, "ENDPOINT_MISSING_CHANNEL"), "1");
  EXPECT_EQ(MetricOf(campaign, "ENDPOINT_CHANNEL_MISMATCH"), "1");
  EXPECT_EQ(MetricOf(campaign, "ENDPOINT_MISSING_ADDRESS"), "1");
  EXPECT_EQ(MetricOf(campaign, "SUCCESS"), "1");
  EXPECT_THAT(SendStatuses(), ElementsAre("SUCCESS"));
}

TEST_F(CampaignRunTest, OfEqualAddressesTheSmallestIdGetsTheMessage) {
  PutEndpoint("b", R"({"ChannelType":"SMS","Address":"+1 (206) 555-0100"})");
  PutEndpoint("a", R"({"ChannelType":"SMS","Address":"+12065550100"})");
  PutEndpoint("c", R"({"ChannelType":"SMS","Address":"+12065550101"})");
  const std::string campaign = Create(R"({"MessageConfiguration":{"SMSMessage":{"Body":"Hi"}}})");
  Advance(seconds(1));

  EXPECT_THAT(Recipients(campaign), UnorderedElementsAre("a", "c"));
  EXPECT_THAT(SendStatuses(), UnorderedElementsAre("SUCCESS", "SUCCESS", "DUPLICATE_ADDRESS"));
  EXPECT_EQ(ActivitiesOf(campaign)[0].total_endpoint_count, 2);
}

TEST_F(CampaignRunTest, ADuplicateOfSomebodyWhoIsLeftOutIsNone) {
  PutEndpoint("a", R"({"ChannelType":"EMAIL","Address":"x@x.com","OptOut":"ALL"})");
  PutEndpoint("b", R"({"ChannelType":"EMAIL","Address":"X@x.com"})");
  const std::string campaign = Create();
  Advance(seconds(1));
  EXPECT_THAT(Recipients(campaign), ElementsAre("b"));
}

TEST_F(CampaignRunTest, HoldoutGetsRecordsAndNoMessage) {
  PutMailboxes(200);
  const std::string campaign = Create(R"({"HoldoutPercent":50})");
  Advance(seconds(1));

  size_t held = 0;
  for (int i = 0; i < 200; ++i) {
    held += AllocationOf(campaign, "", "e" + std::to_string(i)) < 5000 ? 1 : 0;
  }
  EXPECT_GT(held, 50U);
  EXPECT_LT(held, 150U);
  EXPECT_EQ(Recipients(campaign).size(), 200 - held);
  EXPECT_EQ(MetricOf(campaign, "TREATMENT_HOLDOUT"), std::to_string(held));
  EXPECT_EQ(ActivitiesOf(campaign)[0].total_endpoint_count, static_cast<int32_t>(200 - held));
  EXPECT_EQ(SendStatuses().size(), 200U);
}

TEST_F(CampaignRunTest, EndpointsOfOneUserAreInOneGroup) {
  EXPECT_EQ(AllocationOf("c", "ada", "one"), AllocationOf("c", "ada", "two"));
  EXPECT_NE(AllocationOf("c", "", "one"), AllocationOf("c", "", "two"));
}

TEST_F(CampaignRunTest, QuietTimeDropsTheMessageWhereItIsNight) {
  PutEndpoint(
      "tokyo",
      R"({"ChannelType":"EMAIL","Address":"t@x.com","Demographic":{"Timezone":"Asia/Tokyo"}})");
  PutEndpoint("nowhere", R"({"ChannelType":"EMAIL","Address":"n@x.com"})");
  const std::string campaign = Create(
      R"({"Schedule":{"StartTime":"IMMEDIATE","QuietTime":{"Start":"20:00","End":"21:00"}}})");
  Advance(seconds(1));  // 20:15 in Tokyo

  EXPECT_THAT(Recipients(campaign), ElementsAre("nowhere"));
  EXPECT_EQ(MetricOf(campaign, "QUIET_TIME"), "1");
  EXPECT_THAT(SendStatuses(), UnorderedElementsAre("SUCCESS", "QUIET_TIME"));
  EXPECT_EQ(ActivitiesOf(campaign)[0].total_endpoint_count, 2);
}

TEST_F(CampaignRunTest, DailyOfTheApplicationCountsAllCampaigns) {
  PutMailboxes(1);
  ASSERT_TRUE(
      world()
          .settings
          .Update(app_, Parse<model::WriteApplicationSettingsRequest>(R"({"Limits":{"Daily":2}})"))
          .ok());
  Create();
  Create();
  Advance(seconds(1));
  const std::string third = Create();
  Advance(seconds(1));
  EXPECT_EQ(MetricOf(third, "DAILY_CAP"), "1");
  EXPECT_EQ(Messages().size(), 2U);

  Advance(std::chrono::hours(24));
  const std::string later = Create();
  Advance(seconds(1));
  EXPECT_EQ(MetricOf(later, "SUCCESS"), "1");
}

TEST_F(CampaignRunTest, WhoeverIsLeftAfterMaximumDurationIsExpired) {
  PutMailboxes(100);
  const std::string campaign = Create(R"({"Limits":{"MessagesPerSecond":1,"MaximumDuration":60}})");
  Advance(seconds(59));
  EXPECT_EQ(StatusOf(campaign), "EXECUTING");
  EXPECT_EQ(Recipients(campaign).size(), 60U);
  Advance(seconds(1));

  EXPECT_EQ(StatusOf(campaign), "COMPLETED");
  EXPECT_EQ(Recipients(campaign).size(), 60U);
  EXPECT_EQ(MetricOf(campaign, "EXPIRED"), "40");
  EXPECT_EQ(ActivitiesOf(campaign)[0].result, "SUCCESS");
}

TEST_F(CampaignRunTest, WhatCannotBeRenderedFailsForThatEndpointAlone) {
  PutEndpoint("a", R"({"ChannelType":"EMAIL","Address":"a@x.com","Attributes":{"name":["Ada"]}})");
  PutEndpoint("b", R"({"ChannelType":"EMAIL","Address":"b@x.com"})");
  const std::string campaign = Create(
      R"({"MessageConfiguration":{"EmailMessage":{"Title":"{{#if Attributes.name}}Hi{{/if}}","TextBody":"x","HtmlBody":"y"}}})");
  Advance(seconds(1));
  EXPECT_EQ(StatusOf(campaign), "COMPLETED");
  EXPECT_EQ(Messages(campaign).size(), 2U);
}

TEST_F(CampaignRunTest, AnEndpointDeletedMeanwhileCountsAsWithoutAddress) {
  PutMailboxes(3);
  const std::string campaign = Create(R"({"Limits":{"MessagesPerSecond":1}})");
  Advance(seconds(0));
  ASSERT_TRUE(world().audience.DeleteEndpoint(app_, "e2").ok());
  Advance(seconds(5));

  EXPECT_THAT(Recipients(campaign), ElementsAre("e0", "e1"));
  EXPECT_EQ(MetricOf(campaign, "ENDPOINT_MISSING_ADDRESS"), "1");
  EXPECT_EQ(ActivitiesOf(campaign)[0].total_endpoint_count, 3);
  EXPECT_EQ(StatusOf(campaign), "COMPLETED");
}

TEST_F(CampaignRunTest, DeletingACampaignStopsItsRun) {
  PutMailboxes(3);
  const std::string campaign = Create(R"({"Limits":{"MessagesPerSecond":1}})");
  Advance(seconds(0));
  ASSERT_TRUE(world().campaigns.Delete(app_, base::CampaignId(campaign)).ok());
  Advance(seconds(5));

  EXPECT_THAT(Recipients(campaign), ElementsAre("e0"));
  EXPECT_TRUE(world().campaign_store.Runs()->empty());
}

TEST_F(CampaignRunTest, DeletingTheSegmentCancelsTheRunAndKeepsTheCampaignReadable) {
  PutMailboxes(3);
  const std::string campaign = Create(R"({"Limits":{"MessagesPerSecond":1}})");
  const std::string waiting = Create(R"({"Schedule":{"StartTime":"2027-01-01"}})");
  Advance(seconds(0));
  ASSERT_TRUE(world().segments.Delete(app_, base::SegmentId(segment_)).ok());
  Advance(seconds(5));

  EXPECT_EQ(StatusOf(campaign), "DELETED");
  EXPECT_EQ(StatusOf(waiting), "DELETED");
  EXPECT_THAT(Recipients(campaign), ElementsAre("e0"));
  const auto activity = ActivitiesOf(campaign).at(0);
  EXPECT_EQ(activity.state, "CANCELLED");
  EXPECT_EQ(activity.result, "FAIL");
  EXPECT_EQ(activity.total_endpoint_count, 3);
  EXPECT_FALSE(Update(campaign, R"({"Name":"n"})").ok());
}

TEST_F(CampaignRunTest, ADisabledChannelAmongOthersIsUnsupported) {
  PutEndpoint("m", R"({"ChannelType":"EMAIL","Address":"a@x.com"})");
  PutEndpoint("s", R"({"ChannelType":"SMS","Address":"+12065550100"})");
  machine_.channels.states["SMS"] = delivery::ChannelFacts::State::kDisabled;
  const std::string campaign =
      Create(R"({"MessageConfiguration":{"DefaultMessage":{"Body":"Hi"}}})");
  Advance(seconds(1));
  EXPECT_THAT(Recipients(campaign), ElementsAre("m"));
  EXPECT_EQ(MetricOf(campaign, "UNSUPPORTED_CHANNEL"), "1");
}

TEST_F(CampaignRunTest, WithoutAnyChannelTheCampaignIsInvalidUntilItIsUpdated) {
  PutMailboxes(1);
  machine_.channels.states.clear();
  const std::string campaign = Create();
  Advance(seconds(1));
  EXPECT_EQ(StatusOf(campaign), "INVALID");
  EXPECT_EQ(ActivitiesOf(campaign)[0].state, "CANCELLED");
  EXPECT_THAT(Messages(), IsEmpty());

  machine_.channels.states["EMAIL"] = delivery::ChannelFacts::State::kEnabled;
  ASSERT_TRUE(Update(campaign, R"({"Name":"again"})").ok());
  Advance(seconds(1));
  EXPECT_EQ(StatusOf(campaign), "COMPLETED");
  EXPECT_EQ(Messages().size(), 1U);
}

class LazyTransport final : public delivery::Transport {
 public:
  std::string_view type() const override { return "lazy"; }
  size_t parallel_max() const override { return 1; }
  void Send(delivery::OutboundMessage, delivery::OutcomeCallback) override {}
};

TEST_F(CampaignRunTest, ARunKeepsCloseToItsTransport) {
  options_.batch_endpoints_max = 3;
  options_.backlog_max = 4;
  Start();
  PutMailboxes(10);
  world().transports.Register(
      "lazy",
      {.validate = [](std::string_view, const model::TransportSettings&) { return base::Status(); },
       .make = [](const model::TransportSettings&)
           -> base::Result<std::unique_ptr<delivery::Transport>> {
         return std::unique_ptr<delivery::Transport>(std::make_unique<LazyTransport>());
       }});
  ASSERT_TRUE(
      world()
          .transports.Put(app_, "email", Parse<model::TransportSettings>(R"({"Type":"lazy"})"))
          .ok());
  const std::string campaign = Create();
  Advance(seconds(5));
  EXPECT_EQ(Recipients(campaign).size(), 6U);

  storage::WriteBatch batch;
  delivery::Outbox::DeleteApp(app_, batch);
  ASSERT_TRUE(store_.Apply(batch).ok());
  Advance(seconds(5));
  EXPECT_GT(Recipients(campaign).size(), 6U);
  EXPECT_EQ(StatusOf(campaign), "EXECUTING");
}

TEST_F(CampaignRunTest, MessagesAndRecordsSayWhereTheyComeFrom) {
  PutEndpoint("a", R"({"ChannelType":"EMAIL","Address":"a@x.com","User":{"UserId":"ada"}})");
  const std::string campaign = Create();
  Advance(seconds(1));
  const std::string activity = ActivitiesOf(campaign).at(0).id;
  const auto message = Messages(campaign).at(0);
  EXPECT_EQ(message.campaign_activity_id, activity);
  EXPECT_EQ(message.treatment_id, "0");
  EXPECT_EQ(message.user_id, "ada");

  eventlog::Event record;
  ASSERT_TRUE(world()
                  .event_log
                  .Visit(app_,
                         0,
                         storage::Direction::kForward,
                         [&record](const eventlog::LoggedEvent& logged) {
                           record = logged.event;
                           return false;
                         })
                  .ok());
  EXPECT_EQ(record.event_type, "_campaign.send");
  EXPECT_EQ(*record.FindAttribute("campaign_id"), campaign);
  EXPECT_EQ(*record.FindAttribute("campaign_activity_id"), activity);
  EXPECT_EQ(*record.FindAttribute("delivery_type"), "EMAIL");
  ASSERT_EQ(record.client_context.size(), 1U);
  EXPECT_THAT(record.client_context[0].second, ::testing::HasSubstr("\"UserId\":\"ada\""));
  EXPECT_THAT(record.client_context[0].second, ::testing::Not(::testing::HasSubstr("CohortId")));
}

}  // namespace
}  // namespace pinion::campaigns
