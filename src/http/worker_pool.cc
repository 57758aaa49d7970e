#include "http/worker_pool.h"

namespace pinion::http {

WorkerPool::WorkerPool(Options options) : options_(options) {
  for (size_t i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this] { RunTasks(); });
  }
}

WorkerPool::~WorkerPool() {
  Stop();
}

size_t WorkerPool::queued() {
  return state_.Lock()->queue.size();
}

void WorkerPool::Stop() {
  state_.Lock()->stopping = true;
  wake_.notify_all();
  for (std::thread& thread : threads_) {
    thread.join();
  }
  threads_.clear();
}

void WorkerPool::RunTasks() {
  while (true) {
    std::unique_ptr<Task> task;
    {
      auto state = state_.Lock();
      while (state->queue.empty() && !state->stopping) {
        wake_.wait(state.lock());
      }
      if (state->queue.empty()) {
        return;
      }
      task = std::move(state->queue.front());
      state->queue.pop_front();
    }
    task->Run();
  }
}

}  // namespace pinion::http
