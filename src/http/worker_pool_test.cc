#include "http/worker_pool.h"

#include <atomic>
#include <future>
#include <memory>

#include <gtest/gtest.h>

namespace pinion::http {
namespace {

TEST(WorkerPoolTest, RunsWorkOnAnotherThread) {
  std::promise<std::thread::id> ran;
  WorkerPool pool({.threads = 1, .queued_max = 1});

  ASSERT_TRUE(pool.Post([&] { ran.set_value(std::this_thread::get_id()); }));

  EXPECT_NE(ran.get_future().get(), std::this_thread::get_id());
}

TEST(WorkerPoolTest, FullQueueRefusesAndLeavesTheWorkAlone) {
  std::promise<void> begun;
  std::promise<void> go_on;
  WorkerPool pool({.threads = 1, .queued_max = 1});
  ASSERT_TRUE(pool.Post([&] {
    begun.set_value();
    go_on.get_future().wait();
  }));
  begun.get_future().wait();
  ASSERT_TRUE(pool.Post([] {}));

  auto value = std::make_unique<int>(1);
  auto work = [value = std::move(value)] { static_cast<void>(*value); };
  EXPECT_FALSE(pool.Post(std::move(work)));
  go_on.set_value();

  // Not moved from: it can still be run here.
  work();
}

TEST(WorkerPoolTest, StopRunsWhatIsQueued) {
  std::atomic<int> ran{0};
  WorkerPool pool({.threads = 2, .queued_max = 100});
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(pool.Post([&] { ++ran; }));
  }

  pool.Stop();

  EXPECT_EQ(ran.load(), 100);
  EXPECT_FALSE(pool.Post([] {}));
}

}  // namespace
}  // namespace pinion::http
