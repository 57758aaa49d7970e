#include "jobs/job_thread.h"

#include <chrono>
#include <utility>

#include "base/log.h"

namespace pinion::jobs {

JobThread::JobThread(base::WorkTracker& work,
                     std::string what,
                     std::function<base::Status()> run_jobs)
    : work_(work), what_(std::move(what)), run_jobs_(std::move(run_jobs)) {}

JobThread::~JobThread() {
  Stop();
}

void JobThread::Start() {
  Wake();
  thread_ = std::thread([this] { Run(); });
}

void JobThread::Stop() {
  {
    // Under the lock, so that the thread cannot miss it between its look and its wait.
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void JobThread::Wake() {
  const std::lock_guard lock(mutex_);
  if (!token_) {
    token_ = work_.Start();
  }
  woken_ = true;
  wake_.notify_all();
}

void JobThread::Run() {
  while (!stopping_) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return woken_ || stopping_; });
      woken_ = false;
    }
    const base::Status status = run_jobs_();
    if (!status.ok()) {
      base::Log(base::LogLevel::kError,
                "jobs",
                what_ + " cannot go on",
                {{"error", status.error().message}});
      std::unique_lock lock(mutex_);
      woken_ = true;
      wake_.wait_for(lock, std::chrono::seconds(1), [this] { return stopping_.load(); });
      continue;
    }
    const std::lock_guard lock(mutex_);
    if (!woken_) {
      token_.reset();
    }
  }
}

}  // namespace pinion::jobs
