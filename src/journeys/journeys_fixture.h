// Test-only: a journey service with the services that it stands on, on a store in memory and a
// clock that is moved. Journeys are JSON. An application, a segment and a template of each type
// exist.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/application_service.h"
#include "base/time_text.h"
#include "base/work_tracker.h"
#include "journeys/journey_service.h"
#include "model/codec.h"
#include "segments/segment_service.h"
#include "storage/memory_store.h"
#include "templates/template_service.h"
#include "timers/timer_service.h"

namespace pinion::journeys {

// One life of the process.
struct World {
  World(storage::KeyValueStore& given_store, base::ManualClock& clock, base::IdGenerator& ids)
      : store(given_store),
        timers(store, clock, work),
        applications(store, clock, ids, "123456789012"),
        templates(store, clock, {.account_id = "123456789012"}),
        segments(store, clock, ids, applications),
        journey_store(store),
        journeys({.journeys = journey_store,
                  .clock = clock,
                  .ids = ids,
                  .segments = segments,
                  .templates = templates,
                  .timers = timers,
                  .channels = [this](const base::AppId&) { return channels; }}) {
    segments.AddDeletionHook(journeys);
    applications.AddDeletionHook(segments);
    applications.AddDeletionHook(journeys);
    EXPECT_TRUE(journeys.Open().ok());
  }

  storage::KeyValueStore& store;
  base::WorkTracker work;
  timers::TimerService timers;
  apps::ApplicationService applications;
  templates::TemplateService templates;
  segments::SegmentService segments;
  delivery::ChannelFacts channels;  // as they are switched now
  JourneyStore journey_store;
  JourneyService journeys;
};

class JourneysTest : public ::testing::Test {
 protected:
  JourneysTest() : world_(std::make_unique<World>(store_, clock_, ids_)) {
    const auto app = world().applications.Create(
        {.request = {.name = "shop"}, .region = "us-east-1", .chosen_id = std::nullopt});
    EXPECT_TRUE(app.ok());
    app_ = base::AppId(app->id);
    segment_ = MakeSegment();
    EXPECT_TRUE(world()
                    .templates
                    .Create<templates::EmailKind>("hello", {.html_part = "<p>hi</p>"}, "us-east-1")
                    .ok());
    EXPECT_TRUE(
        world().templates.Create<templates::SmsKind>("hello", {.body = "hi"}, "us-east-1").ok());
  }

  World& world() { return *world_; }
  JourneyService& journeys() { return world_->journeys; }
  // The process dies and comes up again on the same store.
  void Restart() {
    world_.reset();
    world_ = std::make_unique<World>(store_, clock_, ids_);
  }
  void Advance(std::chrono::milliseconds by) {
    ASSERT_TRUE(world().timers.AdvanceTo(clock_, clock_.Now() + by).ok());
  }

  std::string MakeSegment() {
    model::WriteSegmentRequest request;
    request.name = "all";
    const auto segment = world().segments.Create(app_, request, std::nullopt);
    EXPECT_TRUE(segment.ok());
    return segment->id;
  }

  // A request with these members; $SEGMENT stands for the segment.
  model::WriteJourneyRequest Request(std::string json) const {
    for (size_t at = 0; (at = json.find("$SEGMENT", at)) != std::string::npos;) {
      json.replace(at, std::string_view("$SEGMENT").size(), segment_);
    }
    auto request = model::Decode<model::WriteJourneyRequest>(json);
    EXPECT_TRUE(request.ok()) << request.error().message;
    return request.ok() ? *std::move(request) : model::WriteJourneyRequest{};
  }
  // The members of a journey that can be published, but for Name.
  static std::string Publishable() {
    return R"("StartActivity":"a","StartCondition":{"SegmentStartCondition":{"SegmentId":"$SEGMENT"}},
              "Activities":{"a":{"EMAIL":{"TemplateName":"hello"}}})";
  }

  base::Result<model::JourneyResponse> Create(const std::string& json) {
    return journeys().Create(app_, Request(json), std::nullopt);
  }
  // A journey that is ACTIVE, with further members.
  std::string MakeActive(const std::string& more = "") {
    const auto journey = Create(R"({"Name":"j","State":"ACTIVE",)" + Publishable() + more + "}");
    EXPECT_TRUE(journey.ok()) << journey.error().message;
    return journey.ok() ? journey->id : "";
  }
  base::Result<model::JourneyResponse> Update(const std::string& id, const std::string& json) {
    return journeys().Update(app_, base::JourneyId(id), Request(json));
  }
  base::Result<model::JourneyResponse> SetState(const std::string& id, model::State state) {
    return journeys().UpdateState(app_, base::JourneyId(id), {.state = state});
  }
  model::State StateOf(const std::string& id) {
    const auto journey = journeys().Get(app_, base::JourneyId(id));
    EXPECT_TRUE(journey.ok());
    return journey.ok() ? *journey->state : model::State::kDraft;
  }

  storage::MemoryStore store_;
  base::ManualClock clock_{*base::ParseInstant("2026-11-23T11:15:00.000Z")};
  base::SeededRandom random_{1};
  base::IdGenerator ids_{random_};
  base::AppId app_;
  std::string segment_;

 private:
  std::unique_ptr<World> world_;
};

}  // namespace pinion::journeys
