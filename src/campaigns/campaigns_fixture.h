// Test-only: a server's worth of services around campaigns, built on a store that outlives them, so
// that a test can let the process die and come up again. Campaigns, endpoints and answers are JSON.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/application_service.h"
#include "apps/settings_service.h"
#include "audience/audience_service.h"
#include "base/clock.h"
#include "base/time_text.h"
#include "base/work_tracker.h"
#include "campaigns/campaign_counters.h"
#include "campaigns/campaign_rules.h"
#include "campaigns/campaign_runner.h"
#include "campaigns/campaign_service.h"
#include "campaigns/campaign_store.h"
#include "campaigns/in_app_events.h"
#include "campaigns/in_app_messages.h"
#include "channels/secret_sealer.h"
#include "delivery/delivery_service.h"
#include "delivery/message_log.h"
#include "delivery/transport_registry.h"
#include "eventlog/consumer.h"
#include "eventlog/event_log.h"
#include "model/codec.h"
#include "segments/membership.h"
#include "segments/segment_service.h"
#include "storage/memory_store.h"
#include "templates/template_service.h"
#include "timers/timer_service.h"

namespace pinion::campaigns {

class PlainSealer final : public channels::SecretSealer {
 public:
  base::Result<std::string> Seal(std::string_view plain, std::string_view) override {
    return std::string(plain);
  }
  base::Result<std::string> Open(std::string_view sealed, std::string_view) const override {
    return std::string(sealed);
  }
};

// What does not die with the process.
struct Machine {
  base::ManualClock clock{*base::ParseInstant("2026-11-23T11:15:00.000Z")};
  base::SeededRandom random{1};
  base::IdGenerator ids{random};
  PlainSealer sealer;
  delivery::ChannelFacts channels;  // as they are switched now

  Machine() {
    channels.states["EMAIL"] = delivery::ChannelFacts::State::kEnabled;
    channels.states["SMS"] = delivery::ChannelFacts::State::kEnabled;
    channels.email_from = "shop@example.com";
  }
};

// One life of the process.
class World {
 public:
  World(Machine& machine, storage::KeyValueStore& store, CampaignRunner::Options options = {})
      : event_log(store, work),
        timers(store, machine.clock, work),
        consumers(event_log, store, work),
        applications(store, machine.clock, machine.ids, "123456789012"),
        settings(store, machine.clock, applications),
        audience(store, machine.clock),
        templates(store, machine.clock, {.account_id = "123456789012"}),
        segments(store, machine.clock, machine.ids, applications),
        membership(audience, segments, machine.clock),
        transports(store, machine.sealer, {}),
        delivery(transports, machine.clock),
        messages(store),
        campaign_store(store),
        counters(store),
        triggers({.campaigns = campaign_store, .audience = audience, .membership = membership}),
        campaigns({.campaigns = campaign_store,
                   .clock = machine.clock,
                   .ids = machine.ids,
                   .applications = applications,
                   .settings = settings,
                   .segments = segments,
                   .templates = templates,
                   .counters = counters,
                   .timers = timers},
                  {}),
        runner({.campaigns = campaign_store,
                .clock = machine.clock,
                .random = machine.random,
                .ids = machine.ids,
                .work = work,
                .timers = timers,
                .events = event_log,
                .applications = applications,
                .audience = audience,
                .segments = segments,
                .membership = membership,
                .templates = templates,
                .delivery = delivery,
                .messages = messages,
                .counters = counters,
                .triggers = triggers,
                .channels = [&machine](const base::AppId&) { return machine.channels; },
                .wake_lane = [](const delivery::Lane&) {},
                .envelope_key = "key"},
               options),
        in_app_messages({.campaigns = campaign_store,
                         .clock = machine.clock,
                         .audience = audience,
                         .membership = membership,
                         .templates = templates}),
        in_app_events(campaign_store),
        machine_(machine) {
    consumers.Register(counters);
    consumers.Register(in_app_events);
    consumers.Register(triggers);
    segments.AddDeletionHook(campaigns);
    applications.AddDeletionHook(segments);
    applications.AddDeletionHook(campaigns);
    applications.OnCreate([this](const base::AppId& app) { return audience.OpenApp(app); });
    EXPECT_TRUE(event_log.Open().ok());
    EXPECT_TRUE(audience.Load().ok());
    EXPECT_TRUE(
        applications.ForEach([this](const base::AppId& app) { return audience.OpenApp(app); })
            .ok());
    EXPECT_TRUE(campaigns.Open().ok());
    EXPECT_TRUE(consumers.Start().ok());
    runner.Start();
  }
  ~World() { Stop(); }

  void Stop() {
    runner.Stop();
    consumers.Stop();
  }
  base::Status AdvanceBy(std::chrono::milliseconds by) {
    return timers.AdvanceTo(machine_.clock, machine_.clock.Now() + by);
  }

  base::WorkTracker work;
  eventlog::EventLog event_log;
  timers::TimerService timers;
  eventlog::ConsumerGroup consumers;
  apps::ApplicationService applications;
  apps::SettingsService settings;
  audience::AudienceService audience;
  templates::TemplateService templates;
  segments::SegmentService segments;
  segments::Membership membership;
  delivery::TransportRegistry transports;
  delivery::DeliveryService delivery;
  delivery::MessageLog messages;
  CampaignStore campaign_store;
  CampaignCounters counters;
  EventTriggers triggers;
  CampaignService campaigns;
  CampaignRunner runner;
  InAppMessages in_app_messages;
  InAppEvents in_app_events;

 private:
  Machine& machine_;
};

class CampaignsFixture : public ::testing::Test {
 protected:
  CampaignsFixture() {
    Start();
    const auto made =
        world_->applications.Create({.request = {.name = "shop", .tags = std::nullopt},
                                     .region = "eu-west-1",
                                     .chosen_id = {}});
    EXPECT_TRUE(made.ok());
    app_ = base::AppId(made->id);
    segment_ = MakeSegment("{}");
  }

  void Start() {
    world_.reset();
    world_ = std::make_unique<World>(machine_, store_, options_);
  }
  World& world() { return *world_; }

  template <class T>
  static T Parse(const std::string& json) {
    auto value = model::Decode<T>(json);
    EXPECT_TRUE(value.ok()) << json << (value.ok() ? "" : value.error().message);
    return value.ok() ? *std::move(value) : T();
  }

  std::string MakeSegment(const std::string& json) {
    const auto made =
        world().segments.Create(app_, Parse<model::WriteSegmentRequest>(json), std::nullopt);
    EXPECT_TRUE(made.ok());
    return made.ok() ? made->id : "";
  }
  void PutEndpoint(const std::string& id, const std::string& json) {
    const auto put =
        world().audience.UpdateEndpoint(app_, id, Parse<model::EndpointRequest>(json), "call");
    EXPECT_TRUE(put.ok()) << (put.ok() ? "" : put.error().message);
  }
  // `count` mailboxes e0, e1, …
  void PutMailboxes(int count) {
    for (int i = 0; i < count; ++i) {
      PutEndpoint(
          "e" + std::to_string(i),
          R"({"ChannelType":"EMAIL","Address":")" + std::to_string(i) + R"(@example.com"})");
    }
  }

  // A valid campaign with the members of `json`, an object, over it.
  model::WriteCampaignRequest Request(const std::string& json) const {
    model::WriteCampaignRequest base = Parse<model::WriteCampaignRequest>(
        R"({"Name":"c","SegmentId":")" + segment_ +
        R"(","MessageConfiguration":{"EmailMessage":{"Title":"Hi","HtmlBody":"<p>Hello</p>"}},
            "Schedule":{"StartTime":"IMMEDIATE"}})");
    const auto given = Parse<model::WriteCampaignRequest>(json);
    base = Merge(std::move(base), given);
    base.tags = given.tags;
    return base;
  }
  base::Result<model::CampaignResponse> TryCreate(const std::string& json) {
    return world().campaigns.Create(app_, Request(json), std::nullopt);
  }
  std::string Create(const std::string& json = "{}") {
    const auto made = TryCreate(json);
    EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
    return made.ok() ? made->id : "";
  }
  base::Result<model::CampaignResponse> Update(const std::string& id, const std::string& json) {
    return world().campaigns.Update(
        app_, base::CampaignId(id), Parse<model::WriteCampaignRequest>(json));
  }
  void Advance(std::chrono::milliseconds by) {
    const base::Status status = world().AdvanceBy(by);
    EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
  }

  std::string StatusOf(const std::string& id) {
    const auto campaign = world().campaigns.Get(app_, base::CampaignId(id));
    return campaign.ok() ? std::string(model::ToWire(*campaign->state->campaign_status))
                         : campaign.error().message;
  }
  std::vector<model::ActivityResponse> ActivitiesOf(const std::string& id) {
    auto page = world().campaigns.ListActivities(app_, base::CampaignId(id), {});
    EXPECT_TRUE(page.ok());
    return page.ok() ? std::move(page->items) : std::vector<model::ActivityResponse>();
  }
  std::string MetricOf(const std::string& id, std::string_view name) {
    const auto activities = ActivitiesOf(id);
    const std::string* value =
        activities.empty() ? nullptr : activities[0].execution_metrics->Find(name);
    return value != nullptr ? *value : "none";
  }
  std::vector<model::MessageLogItem> Messages(const std::string& campaign = "") {
    delivery::MessageFilter filter;
    filter.campaign_id = campaign;
    auto page = world().messages.List(app_, filter, {.after = "", .limit = 10'000});
    EXPECT_TRUE(page.ok());
    return page.ok() ? std::move(page->items) : std::vector<model::MessageLogItem>();
  }
  // Of the messages, in the order in which they were made.
  std::vector<std::string> Recipients(const std::string& campaign = "") {
    std::vector<std::string> ids;
    for (const model::MessageLogItem& item : Messages(campaign)) {
      ids.push_back(item.endpoint_id.value_or(""));
    }
    return ids;
  }
  // Statuses of `_campaign.send`, in the order of the log.
  std::vector<std::string> SendStatuses() {
    std::vector<std::string> statuses;
    const auto visit = [&statuses](const eventlog::LoggedEvent& logged) {
      if (logged.event.event_type == "_campaign.send") {
        statuses.push_back(*logged.event.FindAttribute("campaign_send_status"));
      }
      return true;
    };
    EXPECT_TRUE(world().event_log.Visit(app_, 0, storage::Direction::kForward, visit).ok());
    return statuses;
  }

  Machine machine_;
  storage::MemoryStore store_;
  CampaignRunner::Options options_;
  std::unique_ptr<World> world_;
  base::AppId app_;
  std::string segment_;
};

}  // namespace pinion::campaigns
