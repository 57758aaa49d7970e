#include "timers/timer_service.h"

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/faulty_store.h"
#include "storage/memory_store.h"

namespace pinion::timers {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr base::Timestamp kStart{milliseconds{1'000'000}};

// Keeps the keys of the timers that fired and whose effect was applied.
class Recorder : public TimerHandler {
 public:
  using Effect = std::function<base::Status(const Timer&, storage::WriteBatch&)>;

  explicit Recorder(Effect effect = {}) : effect_(std::move(effect)) {}

  base::Status OnTimer(const Timer& timer, storage::WriteBatch& batch) override {
    return effect_ ? effect_(timer, batch) : base::Status{};
  }
  void OnApplied(const Timer& timer) override {
    {
      const std::lock_guard lock(mutex_);
      fired_.push_back(timer.key);
    }
    changed_.notify_all();
  }

  std::vector<std::string> fired() const {
    const std::lock_guard lock(mutex_);
    return fired_;
  }
  void WaitForFired(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return fired_.size() >= count; });
  }

 private:
  Effect effect_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> fired_;
};

class TimerServiceTest : public testing::Test {
 protected:
  void Set(TimerService& service, base::Timestamp due, std::string kind, std::string key) {
    storage::WriteBatch batch;
    TimerService::Schedule(batch, {due, std::move(kind), std::move(key), ""});
    ASSERT_TRUE(store_.Apply(batch).ok());
    service.Wake();
  }

  storage::MemoryStore memory_;
  storage::FaultyStore store_{memory_};
  base::ManualClock clock_{kStart};
  base::WorkTracker work_;
};

TEST_F(TimerServiceTest, FiresInOrderOfDueInstantThenKindThenKey) {
  Recorder recorder;
  TimerService service(store_, clock_, work_);
  service.Register("a", recorder);
  service.Register("b", recorder);
  Set(service, kStart + seconds{2}, "b", "fourth");
  Set(service, kStart + seconds{2}, "a", "third");
  Set(service, kStart + seconds{2}, "a", "second");
  Set(service, kStart + seconds{1}, "b", "first");

  ASSERT_TRUE(service.AdvanceTo(clock_, kStart + seconds{5}).ok());

  EXPECT_THAT(recorder.fired(), ElementsAre("first", "second", "third", "fourth"));
}

TEST_F(TimerServiceTest, AdvanceStopsTheClockAtEachDueInstantAndEndsAtTheTarget) {
  std::vector<base::Timestamp> seen;
  Recorder recorder([&](const Timer&, storage::WriteBatch&) {
    seen.push_back(clock_.Now());
    return base::Status{};
  });
  TimerService service(store_, clock_, work_);
  service.Register("a", recorder);
  Set(service, kStart + seconds{1}, "a", "1");
  Set(service, kStart + seconds{3}, "a", "3");

  ASSERT_TRUE(service.AdvanceTo(clock_, kStart + seconds{5}).ok());

  EXPECT_THAT(seen, ElementsAre(kStart + seconds{1}, kStart + seconds{3}));
  EXPECT_EQ(clock_.Now(), kStart + seconds{5});
}

TEST_F(TimerServiceTest, AdvanceLeavesWhatIsDueAfterTheTarget) {
  Recorder recorder;
  TimerService service(store_, clock_, work_);
  service.Register("a", recorder);
  Set(service, kStart + seconds{1}, "a", "at the target");
  Set(service, kStart + seconds{1} + milliseconds{1}, "a", "later");

  ASSERT_TRUE(service.AdvanceTo(clock_, kStart + seconds{1}).ok());
  EXPECT_THAT(recorder.fired(), ElementsAre("at the target"));

  ASSERT_TRUE(service.AdvanceTo(clock_, kStart + seconds{2}).ok());
  EXPECT_THAT(recorder.fired(), ElementsAre("at the target", "later"));
}

TEST_F(TimerServiceTest, TimersSetWhileFiringFireInTheSameAdvance) {
  Recorder recorder([](const Timer& timer, storage::WriteBatch& batch) {
    if (timer.key == "1") {
      TimerService::Schedule(batch, {timer.due + seconds{1}, "a", "2", ""});
      TimerService::Schedule(batch, {timer.due, "a", "same instant", ""});
    }
    return base::Status{};
  });
  TimerService service(store_, clock_, work_);
  service.Register("a", recorder);
  Set(service, kStart + seconds{1}, "a", "1");
  Set(service, kStart + seconds{4}, "a", "3");

  ASSERT_TRUE(service.AdvanceTo(clock_, kStart + seconds{5}).ok());

  EXPECT_THAT(recorder.fired(), ElementsAre("1", "same instant", "2", "3"));
}

TEST_F(TimerServiceTest, AHandlerMaySetTheVerySameTimerAgain) {
  int left = 3;
  Recorder recorder([&](const Timer& timer, storage::WriteBatch& batch) {
    if (--left > 0) {
      TimerService::Schedule(batch, timer);
    }
    return base::Status{};
  });
  TimerService service(store_, clock_, work_);
  service.Register("a", recorder);
  Set(service, kStart + seconds{1}, "a", "again");

  ASSERT_TRUE(service.AdvanceTo(clock_, kStart + seconds{1}).ok());

  EXPECT_THAT(recorder.fired(), ElementsAre("again", "again", "again"));
}

TEST_F(TimerServiceTest, ACancelledTimerDoesNotFire) {
  Recorder recorder;
  TimerService service(store_, clock_, work_);
  service.Register("a", recorder);
  Set(service, kStart + seconds{1}, "a", "kept");
  Set(service, kStart + seconds{1}, "a", "cancelled");
  storage::WriteBatch batch;
  TimerService::Cancel(batch, {kStart + seconds{1}, "a", "cancelled", ""});
  ASSERT_TRUE(store_.Apply(batch).ok());

  ASSERT_TRUE(service.AdvanceTo(clock_, kStart + seconds{2}).ok());

  EXPECT_THAT(recorder.fired(), ElementsAre("kept"));
}

TEST_F(TimerServiceTest, ATimerMayCancelAnotherOfTheSameInstant) {
  Recorder recorder([](const Timer& timer, storage::WriteBatch& batch) {
    TimerService::Cancel(batch, {timer.due, "a", "2", ""});
    return base::Status{};
  });
  TimerService service(store_, clock_, work_);
  service.Register("a", recorder);
  Set(service, kStart + seconds{1}, "a", "1");
  Set(service, kStart + seconds{1}, "a", "2");

  ASSERT_TRUE(service.AdvanceTo(clock_, kStart + seconds{2}).ok());

  EXPECT_THAT(recorder.fired(), ElementsAre("1"));
}

TEST_F(TimerServiceTest, TheHandlerGetsThePayload) {
  std::string payload;
  Recorder recorder([&](const Timer& timer, storage::WriteBatch&) {
    payload = timer.payload;
    return base::Status{};
  });
  TimerService service(store_, clock_, work_);
  service.Register("a", recorder);
  storage::WriteBatch batch;
  TimerService::Schedule(batch, {kStart, "a", "1", std::string("run\0seven", 9)});
  ASSERT_TRUE(store_.Apply(batch).ok());

  ASSERT_TRUE(service.AdvanceTo(clock_, kStart).ok());

  EXPECT_EQ(payload, std::string("run\0seven", 9));
}

TEST_F(TimerServiceTest, EffectAndRemovalAreStoredTogether) {
  Recorder recorder([](const Timer& timer, storage::WriteBatch& batch) {
    batch.Put("effect " + timer.key, "done");
    return base::Status{};
  });
  {
    TimerService service(store_, clock_, work_);
    service.Register("a", recorder);
    Set(service, kStart + seconds{1}, "a", "1");
    store_.FailNextApplies(1);
    EXPECT_FALSE(service.AdvanceTo(clock_, kStart + seconds{2}).ok());
    EXPECT_FALSE(memory_.Get("effect 1")->has_value());
  }

  // As after a crash between the timer's instant and the write.
  TimerService restarted(store_, clock_, work_);
  restarted.Register("a", recorder);
  ASSERT_TRUE(restarted.AdvanceTo(clock_, kStart + seconds{2}).ok());
  EXPECT_TRUE(memory_.Get("effect 1")->has_value());
  EXPECT_THAT(recorder.fired(), ElementsAre("1"));

  TimerService again(store_, clock_, work_);
  again.Register("a", recorder);
  ASSERT_TRUE(again.AdvanceTo(clock_, kStart + seconds{3}).ok());
  EXPECT_THAT(recorder.fired(), ElementsAre("1"));
}

TEST_F(TimerServiceTest, AdvanceReturnsTheErrorOfAHandlerAndKeepsTheTimer) {
  bool fails = true;
  Recorder recorder([&](const Timer&, storage::WriteBatch&) {
    return fails ? base::Status{base::Unavailable("not now")} : base::Status{};
  });
  TimerService service(store_, clock_, work_);
  service.Register("a", recorder);
  Set(service, kStart + seconds{1}, "a", "1");

  const base::Status failed = service.AdvanceTo(clock_, kStart + seconds{9});
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().message, "not now");
  EXPECT_EQ(clock_.Now(), kStart + seconds{1});

  fails = false;
  ASSERT_TRUE(service.AdvanceTo(clock_, kStart + seconds{9}).ok());
  EXPECT_THAT(recorder.fired(), ElementsAre("1"));
}

TEST_F(TimerServiceTest, AdvanceFailsForAKindWithoutHandler) {
  TimerService service(store_, clock_, work_);
  Set(service, kStart, "nobody", "1");

  EXPECT_FALSE(service.AdvanceTo(clock_, kStart).ok());
}

TEST_F(TimerServiceTest, AdvanceWaitsForFollowUpWorkOnAnotherThreadAtEachInstant) {
  TimerService service(store_, clock_, work_);
  std::vector<std::thread> threads;
  std::vector<base::Timestamp> done_at;
  // Each firing hands over to a thread, which sets the next timer when it is done.
  Recorder recorder([&](const Timer& timer, storage::WriteBatch&) {
    auto token = std::make_shared<base::WorkTracker::Token>(work_.Start());
    threads.emplace_back([&, token, round = std::stoi(timer.key)]() mutable {
      done_at.push_back(clock_.Now());
      if (round < 3) {
        Set(service, clock_.Now() + seconds{1}, "a", std::to_string(round + 1));
      }
      token.reset();
    });
    return base::Status{};
  });
  service.Register("a", recorder);
  Set(service, kStart + seconds{1}, "a", "1");

  ASSERT_TRUE(service.AdvanceTo(clock_, kStart + seconds{10}).ok());
  for (std::thread& thread : threads) {
    thread.join();
  }

  EXPECT_THAT(recorder.fired(), ElementsAre("1", "2", "3"));
  EXPECT_THAT(done_at, ElementsAre(kStart + seconds{1}, kStart + seconds{2}, kStart + seconds{3}));
}

TEST_F(TimerServiceTest, FollowUpWorkAtTheTargetIsStillDone) {
  TimerService service(store_, clock_, work_);
  Recorder recorder([](const Timer& timer, storage::WriteBatch& batch) {
    if (timer.key == "1") {
      TimerService::Schedule(batch, {timer.due, "a", "0", ""});
    }
    return base::Status{};
  });
  service.Register("a", recorder);
  Set(service, kStart + seconds{1}, "a", "1");

  ASSERT_TRUE(service.AdvanceTo(clock_, kStart + seconds{1}).ok());

  EXPECT_THAT(recorder.fired(), ElementsAre("1", "0"));
}

TEST_F(TimerServiceTest, TheThreadFiresWhatWasDueBeforeItStarted) {
  Recorder recorder;
  TimerService service(store_, clock_, work_);
  service.Register("a", recorder);
  Set(service, kStart - seconds{5}, "a", "1");

  service.Start();
  work_.WaitUntilQuiet();

  EXPECT_THAT(recorder.fired(), ElementsAre("1"));
}

TEST_F(TimerServiceTest, TheServerIsNotQuietBetweenWakeAndFiring) {
  Recorder recorder;
  TimerService service(store_, clock_, work_);
  service.Register("a", recorder);
  service.Start();
  for (int round = 1; round <= 200; ++round) {
    Set(service, kStart, "a", std::to_string(round));
    work_.WaitUntilQuiet();
    ASSERT_EQ(recorder.fired().size(), static_cast<size_t>(round));
  }
}

TEST_F(TimerServiceTest, TimersSetByManyThreadsFireOnceEach) {
  constexpr size_t kThreads = 4;
  constexpr size_t kTimersEach = 300;
  Recorder recorder;
  TimerService service(store_, clock_, work_);
  service.Register("a", recorder);
  service.Start();
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = 0; i < kTimersEach; ++i) {
        Set(service, kStart - milliseconds{i % 7}, "a", std::to_string(t * kTimersEach + i));
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  work_.WaitUntilQuiet();

  std::vector<std::string> fired = recorder.fired();
  std::sort(fired.begin(), fired.end());
  EXPECT_EQ(std::unique(fired.begin(), fired.end()), fired.end());
  EXPECT_EQ(fired.size(), kThreads * kTimersEach);
}

TEST_F(TimerServiceTest, TheThreadTriesAFailedTimerAgainAndLetsOthersPass) {
  int failures = 2;
  Recorder recorder([&](const Timer& timer, storage::WriteBatch&) {
    if (timer.key == "bad" && failures > 0) {
      --failures;
      return base::Status{base::Unavailable("not now")};
    }
    return base::Status{};
  });
  TimerService service(store_, clock_, work_, {.retry_delay = milliseconds{1}});
  service.Register("a", recorder);
  Set(service, kStart - seconds{2}, "a", "bad");
  Set(service, kStart - seconds{1}, "a", "good");

  service.Start();
  recorder.WaitForFired(2);

  EXPECT_THAT(recorder.fired(), ElementsAre("good", "bad"));
}

TEST_F(TimerServiceTest, TheThreadRidesOutAFailingStore) {
  Recorder recorder;
  TimerService service(store_, clock_, work_, {.retry_delay = milliseconds{1}});
  service.Register("a", recorder);
  Set(service, kStart, "a", "1");

  store_.FailNextApplies(3);
  service.Start();
  recorder.WaitForFired(1);
  service.Stop();

  EXPECT_THAT(recorder.fired(), ElementsAre("1"));
}

TEST_F(TimerServiceTest, TheThreadWaitsForTheClockOfTheSystem) {
  const base::SystemClock system;
  Recorder recorder;
  TimerService service(store_, system, work_);
  service.Register("a", recorder);
  service.Start();
  const base::Timestamp due = system.Now() + milliseconds{20};
  Set(service, system.Now() + seconds{3600}, "a", "in an hour");
  Set(service, due, "a", "soon");

  recorder.WaitForFired(1);

  EXPECT_THAT(recorder.fired(), ElementsAre("soon"));
  EXPECT_GE(system.Now(), due);
}

TEST_F(TimerServiceTest, NothingFiresAfterStop) {
  Recorder recorder;
  TimerService service(store_, clock_, work_);
  service.Register("a", recorder);
  service.Start();
  service.Stop();

  Set(service, kStart, "a", "1");

  EXPECT_TRUE(work_.quiet());
  EXPECT_THAT(recorder.fired(), IsEmpty());
}

TEST_F(TimerServiceTest, MoreTimersThanOnePageAllFireInOrder) {
  constexpr int kCount = 1000;
  Recorder recorder;
  TimerService service(store_, clock_, work_);
  service.Register("a", recorder);
  std::vector<std::string> expected;
  for (int i = 0; i < kCount; ++i) {
    expected.push_back(std::to_string(i));
    Set(service, kStart + milliseconds{i}, "a", expected.back());
  }

  ASSERT_TRUE(service.AdvanceTo(clock_, kStart + seconds{5}).ok());

  EXPECT_EQ(recorder.fired(), expected);
}

}  // namespace
}  // namespace pinion::timers
