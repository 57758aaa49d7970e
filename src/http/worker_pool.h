// Threads for work that may block, behind a queue of bounded length. Used by handlers to leave the
// io threads. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/locked.h"

namespace pinion::http {

class WorkerPool {
 public:
  struct Options {
    size_t threads = 2;
    size_t queued_max = 1024;
  };

  explicit WorkerPool(Options options);
  // Stops.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Runs `work` on one of the threads, soon. False, and `work` is neither run nor moved from, when
  // the queue is full or the pool has stopped.
  template <class Work>
  [[nodiscard]] bool Post(Work&& work) {
    auto state = state_.Lock();
    if (state->stopping || state->queue.size() >= options_.queued_max) {
      return false;
    }
    state->queue.push_back(std::make_unique<TaskOf<std::decay_t<Work>>>(std::forward<Work>(work)));
    wake_.notify_one();
    return true;
  }

  // Work waiting for a thread.
  size_t queued();

  // Runs what is queued to its end and joins the threads.
  void Stop();

 private:
  struct Task {
    virtual ~Task() = default;
    virtual void Run() = 0;
  };
  template <class Work>
  struct TaskOf final : Task {
    explicit TaskOf(Work given) : work(std::move(given)) {}
    void Run() override { work(); }
    Work work;
  };
  struct State {
    std::deque<std::unique_ptr<Task>> queue;
    bool stopping = false;
  };

  void RunTasks();

  const Options options_;
  base::Locked<State> state_;
  std::condition_variable wake_;
  std::vector<std::thread> threads_;
};

}  // namespace pinion::http
