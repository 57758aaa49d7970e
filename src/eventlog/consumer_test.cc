#include "eventlog/consumer.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/faulty_store.h"
#include "storage/memory_store.h"

namespace pinion::eventlog {
namespace {

using std::chrono::milliseconds;
using testing::Each;
using testing::ElementsAre;
using testing::Le;

const base::AppId kShop("shop");

// Its effect is a count per event type in the store, so that an event taken twice shows.
class Counter : public Consumer {
 public:
  Counter(std::string name, const storage::KeyValueStore& store)
      : name_(std::move(name)), store_(store) {}

  std::string_view name() const override { return name_; }
  base::Status Consume(std::span<const LoggedEvent> events, storage::WriteBatch& batch) override {
    batch_sizes_.push_back(events.size());
    if (failures_ > 0) {
      --failures_;
      return base::Unavailable("not now");
    }
    PINION_TRY(const auto stored, store_.Get("count " + name_));
    const size_t count = stored.has_value() ? std::stoul(*stored) : 0;
    batch.Put("count " + name_, std::to_string(count + events.size()));
    return {};
  }
  void OnApplied() override { ++applied_; }

  void FailNext(int failures) { failures_ = failures; }
  const std::vector<size_t>& batch_sizes() const { return batch_sizes_; }
  int applied() const { return applied_; }

 private:
  const std::string name_;
  const storage::KeyValueStore& store_;
  std::vector<size_t> batch_sizes_;
  int failures_ = 0;
  int applied_ = 0;
};

class ConsumerTest : public testing::Test {
 protected:
  ConsumerTest() { EXPECT_TRUE(log_.Open().ok()); }

  void Append(size_t count) {
    storage::WriteBatch batch;
    const EventLog::Append append = log_.Add(kShop, std::vector<Event>(count), batch);
    ASSERT_TRUE(memory_.Apply(batch).ok());
  }
  size_t CountOf(const std::string& consumer) {
    const auto value = memory_.Get("count " + consumer);
    return value->has_value() ? std::stoul(**value) : 0;
  }

  storage::MemoryStore memory_;
  storage::FaultyStore store_{memory_};
  base::WorkTracker work_;
  EventLog log_{memory_, work_};
  const ConsumerOptions fast_{.retry_delay = milliseconds{1}};
};

TEST_F(ConsumerTest, QuietMeansThatEveryConsumerHasTakenEveryEvent) {
  Counter one("one", memory_);
  Counter two("two", memory_);
  ConsumerGroup group(log_, store_, work_);
  group.Register(one);
  group.Register(two);
  ASSERT_TRUE(group.Start().ok());

  for (size_t round = 1; round <= 100; ++round) {
    Append(3);
    work_.WaitUntilQuiet();
    ASSERT_EQ(CountOf("one"), 3 * round);
    ASSERT_EQ(CountOf("two"), 3 * round);
    ASSERT_EQ(group.Lag("one"), 0U);
  }
}

TEST_F(ConsumerTest, ANewConsumerBeginsAtTheOldestEvent) {
  Append(5);
  Counter counter("late", memory_);
  ConsumerGroup group(log_, store_, work_);
  group.Register(counter);

  ASSERT_TRUE(group.Start().ok());
  work_.WaitUntilQuiet();

  EXPECT_EQ(CountOf("late"), 5U);
}

TEST_F(ConsumerTest, ARestartedConsumerGoesOnWhereItWas) {
  Counter counter("c", memory_);
  for (size_t run = 1; run <= 3; ++run) {
    ConsumerGroup group(log_, store_, work_);
    group.Register(counter);
    ASSERT_TRUE(group.Start().ok());
    Append(7);
    work_.WaitUntilQuiet();
    group.Stop();
    EXPECT_EQ(CountOf("c"), 7 * run);
  }
}

TEST_F(ConsumerTest, EventsAppendedWhileStoppedAreCaughtUp) {
  Counter counter("c", memory_);
  {
    ConsumerGroup group(log_, store_, work_);
    group.Register(counter);
    ASSERT_TRUE(group.Start().ok());
    Append(1);
    work_.WaitUntilQuiet();
  }
  Append(10);
  ConsumerGroup group(log_, store_, work_);
  group.Register(counter);
  ASSERT_TRUE(group.Start().ok());
  work_.WaitUntilQuiet();

  EXPECT_EQ(CountOf("c"), 11U);
}

TEST_F(ConsumerTest, EachEventHasItsEffectOnceThoughWritesFail) {
  Counter counter("c", memory_);
  ConsumerGroup group(log_, store_, work_, fast_);
  group.Register(counter);
  store_.FailNextApplies(3);
  ASSERT_TRUE(group.Start().ok());

  Append(20);
  work_.WaitUntilQuiet();

  EXPECT_EQ(CountOf("c"), 20U);
  EXPECT_EQ(counter.applied(), static_cast<int>(counter.batch_sizes().size()) - 3);
}

TEST_F(ConsumerTest, AFailedConsumerGetsTheSameEventsAgain) {
  Counter counter("c", memory_);
  counter.FailNext(2);
  Append(4);
  ConsumerGroup group(log_, store_, work_, fast_);
  group.Register(counter);

  ASSERT_TRUE(group.Start().ok());
  work_.WaitUntilQuiet();

  EXPECT_THAT(counter.batch_sizes(), ElementsAre(4, 4, 4));
  EXPECT_EQ(CountOf("c"), 4U);
}

TEST_F(ConsumerTest, AConsumerThatFailsHoldsNoOtherBack) {
  Counter bad("bad", memory_);
  bad.FailNext(1'000'000);
  Counter good("good", memory_);
  ConsumerGroup group(log_, store_, work_, {.retry_delay = milliseconds{60'000}});
  group.Register(bad);
  group.Register(good);
  ASSERT_TRUE(group.Start().ok());

  Append(2);
  while (group.Lag("good") > 0) {
    std::this_thread::yield();
  }

  EXPECT_EQ(CountOf("good"), 2U);
  EXPECT_EQ(group.Lag("bad"), 2U);
  EXPECT_FALSE(work_.quiet());
}

TEST_F(ConsumerTest, BatchesAreBounded) {
  Append(3 * kConsumerBatchMax + 1);
  Counter counter("c", memory_);
  ConsumerGroup group(log_, store_, work_);
  group.Register(counter);

  ASSERT_TRUE(group.Start().ok());
  work_.WaitUntilQuiet();

  EXPECT_THAT(counter.batch_sizes(), Each(Le(kConsumerBatchMax)));
  EXPECT_EQ(CountOf("c"), 3 * kConsumerBatchMax + 1);
}

TEST_F(ConsumerTest, EventsOfADeletedApplicationArePassedOver) {
  Append(4);
  storage::WriteBatch batch;
  EventLog::DeleteApp(kShop, batch);
  ASSERT_TRUE(memory_.Apply(batch).ok());
  Counter counter("c", memory_);
  ConsumerGroup group(log_, store_, work_);
  group.Register(counter);

  ASSERT_TRUE(group.Start().ok());
  work_.WaitUntilQuiet();

  EXPECT_EQ(CountOf("c"), 0U);
  EXPECT_EQ(group.Lag("c"), 0U);
}

// What a consumer appends itself comes back to it; quiet waits for that, too.
class Echo : public Consumer {
 public:
  explicit Echo(EventLog& log) : log_(log) {}
  std::string_view name() const override { return "echo"; }
  base::Status Consume(std::span<const LoggedEvent> events, storage::WriteBatch& batch) override {
    std::vector<Event> echoes;
    for (const LoggedEvent& logged : events) {
      Event echo;
      echo.event_type = logged.event.event_type + "+";
      if (echo.event_type.size() <= 3) {
        echoes.push_back(std::move(echo));
      }
    }
    append_ = log_.Add(kShop, echoes, batch);
    return {};
  }
  void OnApplied() override { append_ = EventLog::Append(); }

 private:
  EventLog& log_;
  EventLog::Append append_;
};

TEST_F(ConsumerTest, QuietWaitsForWhatConsumersAppend) {
  Echo echo(log_);
  ConsumerGroup group(log_, store_, work_);
  group.Register(echo);
  ASSERT_TRUE(group.Start().ok());

  Append(1);
  work_.WaitUntilQuiet();

  EXPECT_EQ(log_.end(), 4U);
  EXPECT_EQ(group.Lag("echo"), 0U);
}

// Keeps what it has taken, and its position, outside the store.
class Outsider : public Consumer {
 public:
  explicit Outsider(milliseconds gather_time = milliseconds{0}) : gather_time_(gather_time) {}

  std::string_view name() const override { return "outsider"; }
  base::Result<std::optional<Position>> OwnPosition() override { return std::optional(position_); }
  size_t batch_max() const override { return 3; }
  milliseconds gather_time() const override { return gather_time_; }
  base::Status Consume(std::span<const LoggedEvent> events, storage::WriteBatch&) override {
    batch_sizes_.push_back(events.size());
    position_ = events.back().position;
    return {};
  }

  const std::vector<size_t>& batch_sizes() const { return batch_sizes_; }

 private:
  const milliseconds gather_time_;
  Position position_ = 2;
  std::vector<size_t> batch_sizes_;
};

TEST_F(ConsumerTest, AConsumerThatKeepsItsPositionGoesOnFromThere) {
  Append(6);
  Outsider outsider;
  const storage::Sequence before = memory_.LastSequence();
  ConsumerGroup group(log_, store_, work_);
  group.Register(outsider);

  ASSERT_TRUE(group.Start().ok());
  work_.WaitUntilQuiet();

  EXPECT_THAT(outsider.batch_sizes(), ElementsAre(3, 1));
  EXPECT_EQ(memory_.LastSequence(), before);
}

TEST_F(ConsumerTest, AWaitingCallerEndsTheGatheringOfEvents) {
  Outsider outsider(std::chrono::hours{1});
  ConsumerGroup group(log_, store_, work_);
  group.Register(outsider);
  ASSERT_TRUE(group.Start().ok());
  Append(4);
  EXPECT_EQ(group.Lag("outsider"), 2U);

  EXPECT_TRUE(group.WaitFor("outsider", log_.end(), std::chrono::hours{1}));

  EXPECT_EQ(group.Lag("outsider"), 0U);
}

TEST_F(ConsumerTest, AFullBatchEndsTheGatheringOfEvents) {
  Outsider outsider(std::chrono::hours{1});
  ConsumerGroup group(log_, store_, work_);
  group.Register(outsider);
  ASSERT_TRUE(group.Start().ok());

  Append(5);
  work_.WaitUntilQuiet();

  EXPECT_THAT(outsider.batch_sizes(), ElementsAre(3));
}

TEST_F(ConsumerTest, WaitingForWhatDoesNotComeEnds) {
  Counter bad("bad", memory_);
  bad.FailNext(1'000'000);
  Append(1);
  ConsumerGroup group(log_, store_, work_, {.retry_delay = milliseconds{60'000}});
  group.Register(bad);
  ASSERT_TRUE(group.Start().ok());

  EXPECT_FALSE(group.WaitFor("bad", log_.end(), milliseconds{1}));
  EXPECT_FALSE(group.WaitFor("unknown", log_.end(), milliseconds{1}));
}

TEST_F(ConsumerTest, ConcurrentAppendsAreEachTakenOnce) {
  constexpr size_t kThreads = 4;
  constexpr size_t kAppendsEach = 200;
  Counter counter("c", memory_);
  ConsumerGroup group(log_, store_, work_);
  group.Register(counter);
  ASSERT_TRUE(group.Start().ok());
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([this] {
      for (size_t i = 0; i < kAppendsEach; ++i) {
        Append(2);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  work_.WaitUntilQuiet();

  EXPECT_EQ(CountOf("c"), kThreads * kAppendsEach * 2);
}

}  // namespace
}  // namespace pinion::eventlog
