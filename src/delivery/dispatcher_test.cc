#include "delivery/dispatcher.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.h"
#include "delivery/answer_writer.h"
#include "delivery/delivery_service.h"
#include "storage/memory_store.h"

namespace pinion::delivery {
namespace {

using namespace std::chrono_literals;

// Sealed secrets are bytes that are no text, as those of a real box.
class PlainSealer : public channels::SecretSealer {
 public:
  base::Result<std::string> Seal(std::string_view secret, std::string_view context) override {
    return "\xFFsealed" + std::string(context) + ":" + std::string(secret);
  }
  base::Result<std::string> Open(std::string_view sealed, std::string_view context) const override {
    return std::string(sealed.substr(8 + context.size()));
  }
};

// What every transport made in a test shares: what was sent, and what is answered.
struct Wire {
  std::mutex mutex;
  std::vector<OutboundMessage> sent;
  std::deque<Outcome> answers;  // kDelivered when empty
  size_t parallel_max = 4;
};

class WireTransport : public Transport {
 public:
  explicit WireTransport(Wire& wire) : wire_(wire) {}
  std::string_view type() const override { return "wire"; }
  size_t parallel_max() const override { return wire_.parallel_max; }
  void Send(OutboundMessage message, OutcomeCallback done) override {
    Outcome outcome;
    outcome.kind = Outcome::Kind::kDelivered;
    {
      const std::lock_guard lock(wire_.mutex);
      wire_.sent.push_back(std::move(message));
      if (!wire_.answers.empty()) {
        outcome = wire_.answers.front();
        wire_.answers.pop_front();
      }
    }
    done(std::move(outcome));
  }

 private:
  Wire& wire_;
};

class DispatcherTest : public testing::Test {
 protected:
  DispatcherTest() {
    EXPECT_TRUE(events_.Open().ok());
    transports_.Register(
        "wire",
        {.validate = [](std::string_view,
                        const model::TransportSettings&) { return base::Status(); },
         .make =
             [this](const model::TransportSettings&) {
               return base::Result<std::unique_ptr<Transport>>(
                   std::make_unique<WireTransport>(wire_));
             }});
    model::TransportSettings settings;
    settings.type = "wire";
    EXPECT_TRUE(transports_.Put(app_, "email", settings).ok());
    Restart();
  }

  // A new dispatcher on the same store, as after a crash.
  void Restart() {
    dispatcher_.reset();
    timers_ = std::make_unique<timers::TimerService>(store_, clock_, work_);
    dispatcher_ = std::make_unique<Dispatcher>(Dispatcher::Dependencies{
        .store = store_,
        .group_commit = group_commit_,
        .clock = clock_,
        .random = random_,
        .work = work_,
        .timers = *timers_,
        .events = events_,
        .transports = transports_,
        .guard = [this](const base::AppId&, const std::string& endpoint) {
          return endpoint == blocked_ ? std::optional<std::string>("Endpoint opted out")
                                      : std::nullopt;
        }});
  }

  // Submits one email; it is handed over as soon as the dispatcher runs.
  base::MessageId Submit(uint32_t number, std::string endpoint = "e") {
    Message message;
    message.app = app_;
    message.record.id = MakeMessageId(clock_.Now(), 1, number);
    message.record.channel = "EMAIL";
    message.record.address = "a@example.com";
    message.record.endpoint_id = std::move(endpoint);
    auto& email = message.content.email.emplace();
    email.from = "shop@example.com";
    email.subject = "s";
    email.text = "t";
    storage::WriteBatch batch;
    std::vector<eventlog::Event> events;
    EXPECT_TRUE(service_.Submit(message, Priority::kBulk, batch, events).ok());
    EXPECT_TRUE(store_.Apply(batch).ok());
    dispatcher_->Wake({.app = app_, .channel = "EMAIL"});
    return message.record.id;
  }

  MessageRecord Record(const base::MessageId& id) { return **log_.FindRecord(app_, id); }

  std::vector<std::string> EventTypes() {
    std::vector<std::string> types;
    const auto logged = events_.Read(0, 1000);
    for (const auto& event : *logged) {
      types.push_back(event.event.event_type);
    }
    return types;
  }

  void Advance(std::chrono::milliseconds by) {
    ASSERT_TRUE(timers_->AdvanceTo(clock_, clock_.Now() + by).ok());
    work_.WaitUntilQuiet();
  }

  static Outcome Answer(Outcome::Kind kind) {
    Outcome outcome;
    outcome.kind = kind;
    outcome.status_message = "450 4.2.0 later";
    return outcome;
  }

  const base::AppId app_{"app"};
  storage::MemoryStore store_;
  storage::GroupCommit group_commit_{store_};
  base::ManualClock clock_{*base::ParseInstant("2026-11-23T00:00:00Z")};
  base::SeededRandom random_{7};
  base::WorkTracker work_;
  eventlog::EventLog events_{store_, work_};
  std::unique_ptr<timers::TimerService> timers_;
  PlainSealer sealer_;
  TransportRegistry transports_{store_, sealer_, {}};
  DeliveryService service_{transports_, clock_};
  MessageLog log_{store_};
  Wire wire_;
  std::string blocked_;
  std::unique_ptr<Dispatcher> dispatcher_;
};

TEST_F(DispatcherTest, QueuedMessageIsHandedOverAndItsOutcomeStoredWithItsEvents) {
  const base::MessageId id = Submit(1);
  EXPECT_EQ(Record(id).status, MessageStatus::kQueued);
  ASSERT_TRUE(dispatcher_->Start().ok());
  work_.WaitUntilQuiet();

  ASSERT_EQ(wire_.sent.size(), 1U);
  EXPECT_EQ(wire_.sent[0].id, id);
  EXPECT_EQ(Record(id).status, MessageStatus::kDelivered);
  EXPECT_EQ(Record(id).attempts, 1U);
  EXPECT_THAT(EventTypes(), testing::ElementsAre("_email.send", "_email.delivered"));
  EXPECT_TRUE(Outbox::Lanes(store_)->empty());
}

TEST_F(DispatcherTest, EveryRowGoesOnceWhateverTheOrderOfIds) {
  ASSERT_TRUE(dispatcher_->Start().ok());
  for (uint32_t i = 0; i < 500; ++i) {
    Submit((i * 7919) % 500);
  }
  work_.WaitUntilQuiet();

  std::set<std::string> ids;
  for (const OutboundMessage& message : wire_.sent) {
    ids.insert(message.id.value());
  }
  EXPECT_EQ(wire_.sent.size(), 500U);
  EXPECT_EQ(ids.size(), 500U);
}

TEST_F(DispatcherTest, TemporaryFailureIsTriedAgainByATimer) {
  wire_.answers = {Answer(Outcome::Kind::kTemporary)};
  ASSERT_TRUE(dispatcher_->Start().ok());
  const base::MessageId id = Submit(1);
  work_.WaitUntilQuiet();
  EXPECT_EQ(Record(id).status, MessageStatus::kQueued);
  EXPECT_EQ(wire_.sent.size(), 1U);

  Advance(3s);
  EXPECT_EQ(wire_.sent.size(), 1U);
  Advance(4s);

  EXPECT_EQ(wire_.sent.size(), 2U);
  EXPECT_EQ(Record(id).status, MessageStatus::kDelivered);
  EXPECT_EQ(Record(id).attempts, 2U);
}

TEST_F(DispatcherTest, MessageThatFailsForADayIsASoftBounce) {
  for (int i = 0; i < 100; ++i) {
    wire_.answers.push_back(Answer(Outcome::Kind::kTemporary));
  }
  ASSERT_TRUE(dispatcher_->Start().ok());
  const base::MessageId id = Submit(1);
  work_.WaitUntilQuiet();
  Advance(25h);

  EXPECT_EQ(Record(id).status, MessageStatus::kSoftBounced);
  EXPECT_THAT(EventTypes(), testing::ElementsAre("_email.send", "_email.softbounce"));
}

TEST_F(DispatcherTest, WhatWasHandedOverWithoutAnAnswerGoesAgainAfterARestart) {
  Submit(1);
  Restart();
  ASSERT_TRUE(dispatcher_->Start().ok());
  work_.WaitUntilQuiet();

  EXPECT_EQ(wire_.sent.size(), 1U);
}

TEST_F(DispatcherTest, LaneThatKeepsFailingRestsAndIsProbedWithOneMessage) {
  wire_.parallel_max = 1;
  for (int i = 0; i < 11; ++i) {
    wire_.answers.push_back(Answer(Outcome::Kind::kTemporary));
  }
  ASSERT_TRUE(dispatcher_->Start().ok());
  for (uint32_t i = 0; i < 20; ++i) {
    Submit(i);
  }
  work_.WaitUntilQuiet();
  EXPECT_EQ(wire_.sent.size(), 10U);

  Advance(30s);
  EXPECT_EQ(wire_.sent.size(), 11U);
  Advance(120s);

  for (uint32_t i = 0; i < 20; ++i) {
    EXPECT_EQ(Record(MakeMessageId(*base::ParseInstant("2026-11-23T00:00:00Z"), 1, i)).status,
              MessageStatus::kDelivered);
  }
}

TEST_F(DispatcherTest, RecipientWhoOptedOutMeanwhileGetsNothing) {
  blocked_ = "gone";
  ASSERT_TRUE(dispatcher_->Start().ok());
  const base::MessageId id = Submit(1, "gone");
  work_.WaitUntilQuiet();

  EXPECT_TRUE(wire_.sent.empty());
  EXPECT_EQ(Record(id).status, MessageStatus::kFailed);
  EXPECT_EQ(Record(id).status_message, "Endpoint opted out");
}

TEST_F(DispatcherTest, SecretsOfATransportAreSealedAndMasked) {
  model::TransportSettings settings;
  settings.type = "wire";
  settings.password = "secret";
  const auto shown = transports_.Put(app_, "sms", settings);

  EXPECT_EQ(shown->password, "***");
  EXPECT_EQ(transports_.Get(app_, "sms")->password, "***");
  EXPECT_FALSE(transports_.Get(app_, "fax").ok());
}

TEST_F(DispatcherTest, HiddenTextGoesOverTheWireAndNotIntoTheLog) {
  model::TransportSettings settings;
  settings.type = "wire";
  ASSERT_TRUE(transports_.Put(app_, "sms", settings).ok());
  Message message;
  message.app = app_;
  message.record.id = MakeMessageId(clock_.Now(), 1, 1);
  message.record.channel = "SMS";
  message.record.address = "+12065550142";
  message.content.sms.emplace().body = "Your code: 012345";
  message.content.hidden = "012345";
  storage::WriteBatch batch;
  std::vector<eventlog::Event> events;
  ASSERT_TRUE(service_.Submit(message, Priority::kDirect, batch, events).ok());
  ASSERT_TRUE(store_.Apply(batch).ok());

  ASSERT_TRUE(dispatcher_->Start().ok());
  work_.WaitUntilQuiet();

  ASSERT_EQ(wire_.sent.size(), 1u);
  EXPECT_EQ(wire_.sent[0].sms->body, "Your code: 012345");
  EXPECT_EQ(log_.Get(app_, message.record.id)->body, "Your code: ******");
}

TEST_F(DispatcherTest, WithdrawnMessageIsNotHandedOver) {
  const base::MessageId gone = Submit(1);
  const base::MessageId stays = Submit(2);

  const auto with_transport = dispatcher_->Withdraw(
      {{.lane = {.app = app_, .channel = "EMAIL"}, .priority = Priority::kBulk, .id = gone}});
  ASSERT_TRUE(dispatcher_->Start().ok());
  work_.WaitUntilQuiet();

  ASSERT_TRUE(with_transport.ok());
  EXPECT_TRUE(with_transport->empty());
  ASSERT_EQ(wire_.sent.size(), 1U);
  EXPECT_EQ(wire_.sent[0].id, stays);
}

}  // namespace
}  // namespace pinion::delivery
