// Test-only: a server's worth of services around erasures, with two people and their traffic in
// them, so that a test can stop an erasure at any write and go on.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analytics/analytics_feed.h"
#include "analytics/duckdb_database.h"
#include "base/time_text.h"
#include "channels/secret_sealer.h"
#include "delivery/delivery_service.h"
#include "model/codec.h"
#include "privacy/erasure_run.h"
#include "privacy/privacy_store.h"
#include "privacy/retention_pass.h"
#include "storage/faulty_store.h"
#include "storage/memory_store.h"

namespace pinion::privacy {

class PlainSealer final : public channels::SecretSealer {
 public:
  base::Result<std::string> Seal(std::string_view plain, std::string_view) override {
    return std::string(plain);
  }
  base::Result<std::string> Open(std::string_view sealed, std::string_view) const override {
    return std::string(sealed);
  }
};

// Messages that a transport has and that the test answers. Thread-safe.
class HeldMessages {
 public:
  void Add(delivery::OutcomeCallback done) {
    const std::lock_guard lock(mutex_);
    held_.push_back(std::move(done));
    changed_.notify_all();
  }
  // Waits for the next one, and answers it.
  void AnswerNext(delivery::Outcome outcome) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !held_.empty(); });
    const delivery::OutcomeCallback done = std::move(held_.front());
    held_.pop_front();
    lock.unlock();
    done(std::move(outcome));
  }
  void WaitForOne() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !held_.empty(); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<delivery::OutcomeCallback> held_;
};

class HeldTransport final : public delivery::Transport {
 public:
  explicit HeldTransport(HeldMessages& held) : held_(held) {}
  std::string_view type() const override { return "held"; }
  size_t parallel_max() const override { return 1; }
  void Send(delivery::OutboundMessage, delivery::OutcomeCallback done) override {
    held_.Add(std::move(done));
  }

 private:
  HeldMessages& held_;
};

class PrivacyTest : public ::testing::Test {
 protected:
  PrivacyTest() {
    EXPECT_TRUE(events_.Open().ok());
    EXPECT_TRUE(audit_.Open().ok());
    EXPECT_TRUE(feed_.Open(*analytics::OpenDuckDb("", {.threads = 1})).ok());
    consumers_.Register(feed_);
    EXPECT_TRUE(consumers_.Start().ok());
    applications_.OnCreate([this](const base::AppId& app) { return audience_.OpenApp(app); });
    app_ = base::AppId(
        applications_
            .Create(
                {.request = {.name = "shop", .tags = {}}, .region = "us-east-1", .chosen_id = {}})
            ->id);
    transports_.Register(
        "held",
        {.validate = [](std::string_view,
                        const model::TransportSettings&) { return base::Status(); },
         .make =
             [this](const model::TransportSettings&) {
               return base::Result<std::unique_ptr<delivery::Transport>>(
                   std::make_unique<HeldTransport>(held_));
             }});
    PutEndpoint("phone", "alicia@example.com", "alicia");
    PutEndpoint("tablet", "alicia@work.example.com", "alicia");
    PutEndpoint("bobs", "bob@example.com", "bob");
  }
  ~PrivacyTest() override {
    dispatcher_.Stop();
    consumers_.Stop();
  }

  void PutEndpoint(const std::string& id, const std::string& address, const std::string& user) {
    EXPECT_TRUE(audience_
                    .UpdateEndpoint(app_,
                                    id,
                                    *model::Decode<model::EndpointRequest>(
                                        R"({"ChannelType":"EMAIL","Address":")" + address +
                                        R"(","User":{"UserId":")" + user + R"("}})"),
                                    "request")
                    .ok());
  }
  // From now on emails wait until the test answers.
  void HoldMail() {
    model::TransportSettings settings;
    settings.type = "held";
    EXPECT_TRUE(transports_.Put(app_, "email", settings).ok());
  }
  base::MessageId Send(const std::string& endpoint,
                       const std::string& address,
                       const std::string& user) {
    delivery::Message message;
    message.app = app_;
    message.record.id = delivery::MakeMessageId(clock_.Now(), 1, ++messages_sent_);
    message.record.channel = "EMAIL";
    message.record.address = address;
    message.record.endpoint_id = endpoint;
    message.record.user_id = user;
    auto& email = message.content.email.emplace();
    email.from = "shop@example.com";
    email.subject = "Dear " + user;
    email.text = "t";
    storage::WriteBatch batch;
    std::vector<eventlog::Event> events;
    EXPECT_TRUE(delivery_.Submit(message, delivery::Priority::kDirect, batch, events).ok());
    {
      const auto append = events_.Add(app_, events, batch);
      EXPECT_TRUE(store_.Apply(batch).ok());
    }
    dispatcher_.Wake({.app = app_, .channel = "EMAIL"});
    return message.record.id;
  }
  // What `endpoint` reports.
  void Report(const std::string& endpoint, const std::string& user) {
    eventlog::Event event;
    event.event_type = "sign_up";
    event.endpoint_id = endpoint;
    event.user_id = user;
    event.reported_at = clock_.Now();
    event.arrived_at = clock_.Now();
    event.attributes = {{"nick", user}, {"campaign_id", "c1"}};
    storage::WriteBatch batch;
    const auto append = events_.Add(app_, std::vector{event}, batch);
    EXPECT_TRUE(store_.Apply(batch).ok());
  }
  void Audit(const std::string& endpoint, const std::string& user) {
    audit::AuditRecord record;
    record.at = clock_.Now();
    record.event_id = ids_.NewUuid();
    record.operation = "UpdateEndpoint";
    record.resources = {
        "arn:aws:mobiletargeting:us-east-1:1:apps/" + app_.value(),
        "arn:aws:mobiletargeting:us-east-1:1:apps/" + app_.value() + "/endpoints/" + endpoint};
    record.members = R"("requestParameters":{"endpoint-id":")" + endpoint +
                     R"(","User":{"UserId":")" + user + R"("}},"resources":[{"ARN":")" +
                     record.resources[1] + "\"}]";
    EXPECT_TRUE(audit_.Append(record).ok());
  }
  void MakeTraffic() {
    for (int i = 0; i < 3; ++i) {
      Send("phone", "alicia@example.com", "alicia");
      Send("bobs", "bob@example.com", "bob");
      Report("Phone", "alicia");
      Report("tablet", "alicia");
      Report("bobs", "bob");
      Audit("phone", "alicia");
      Audit("bobs", "bob");
    }
  }

  model::ErasureRecord ErasureOf(const std::string& user) {
    model::ErasureRecord erasure;
    erasure.id = "e1";
    erasure.application_id = app_.value();
    erasure.created_at = clock_.Now();
    erasure.step = model::ErasureStep::kEndpoints;
    erasure.pseudonym = "erased-1";
    erasure.salt = "salt";
    erasure.user_ids = {user};
    storage::WriteBatch batch;
    PrivacyStore::Put(erasure, batch);
    EXPECT_TRUE(store_.Apply(batch).ok());
    return erasure;
  }
  ErasureRun::Dependencies Parts(size_t batch_max) {
    return {.store = store_,
            .clock = clock_,
            .wall_clock = clock_,
            .ids = ids_,
            .audience = audience_,
            .segments = segments_,
            .campaigns = campaigns_,
            .dispatcher = dispatcher_,
            .events = events_,
            .consumers = consumers_,
            .analytics = analytics_,
            .audit = audit_,
            .opt_outs = opt_outs_,
            .files = files_,
            .hash_key = hash_key_,
            .account_id = account_id_,
            .region = region_,
            .stopping = stopping_,
            .batch_max = batch_max};
  }
  // As it is stored.
  model::ErasureRecord Stored() {
    return **PrivacyStore(store_).Find<model::ErasureRecord>(app_, "e1");
  }

  // Every key and value in which `text` stands.
  std::vector<std::string> Traces(const std::string& text) {
    std::vector<std::string> traces;
    for (int space = 1; space < 256; ++space) {
      const std::string prefix(1, static_cast<char>(space));
      EXPECT_TRUE(store_
                      .Scan({.prefix = prefix},
                            [&](std::string_view key, std::string_view value) {
                              const std::string all = std::string(key) + "=" + std::string(value);
                              if (all.find(text) != std::string::npos) {
                                traces.push_back(std::to_string(space) + ": " + all);
                              }
                              return true;
                            })
                      .ok());
    }
    return traces;
  }
  int64_t Number(const std::string& statement) {
    EXPECT_TRUE(consumers_.WaitFor("analytics", events_.end(), std::chrono::seconds(10)));
    const auto rows = analytics_.Query(statement, {});
    EXPECT_TRUE(rows.ok());
    return rows.ok() ? std::get<int64_t>(rows->front().front()) : -1;
  }

  storage::MemoryStore memory_;
  storage::FaultyStore store_{memory_};
  storage::GroupCommit commit_{store_};
  base::ManualClock clock_{*base::ParseInstant("2026-11-23T11:15:00Z")};
  base::SeededRandom random_{1};
  base::IdGenerator ids_{random_};
  PlainSealer sealer_;
  base::WorkTracker work_;
  eventlog::EventLog events_{store_, work_};
  eventlog::ConsumerGroup consumers_{events_, store_, work_};
  timers::TimerService timers_{store_, clock_, work_};
  apps::ApplicationService applications_{store_, clock_, ids_, "1"};
  audience::AudienceService audience_{store_, clock_};
  segments::SegmentService segments_{store_, clock_, ids_, applications_};
  HeldMessages held_;
  delivery::TransportRegistry transports_{store_, sealer_, {}};
  delivery::DeliveryService delivery_{transports_, clock_};
  delivery::Dispatcher dispatcher_{{.store = store_,
                                    .group_commit = commit_,
                                    .clock = clock_,
                                    .random = random_,
                                    .work = work_,
                                    .timers = timers_,
                                    .events = events_,
                                    .transports = transports_,
                                    .guard = {}}};
  campaigns::CampaignStore campaigns_{store_};
  analytics::AnalyticsStore analytics_;
  analytics::AnalyticsFeed feed_{
      {.analytics = analytics_, .log = events_, .store = store_, .commit = commit_},
      {.gather_time = std::chrono::milliseconds(0)}};
  audit::AuditLog audit_{store_};
  const std::string hash_key_ = "key";
  const std::string account_id_ = "1";
  const std::string region_ = "us-east-1";
  ErasedOptOuts opt_outs_{hash_key_};
  const PrivateFiles files_{""};
  std::atomic<bool> stopping_{false};
  delivery::MessageLog messages_{store_};
  base::AppId app_;
  uint32_t messages_sent_ = 0;
};

}  // namespace pinion::privacy
