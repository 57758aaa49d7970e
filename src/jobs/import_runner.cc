#include "jobs/import_runner.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/time_text.h"
#include "jobs/import_run.h"
#include "jobs/job_store.h"

namespace pinion::jobs {

class ImportRunner::Impl {
 public:
  explicit Impl(Dependencies dependencies) : deps_(dependencies), jobs_(deps_.store) {}
  ~Impl() { Stop(); }

  void Start() {
    Wake();
    thread_ = std::thread([this] { Run(); });
  }

  void Stop() {
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

  void Wake() {
    const std::lock_guard lock(mutex_);
    if (!token_) {
      token_ = deps_.work.Start();
    }
    woken_ = true;
    wake_.notify_all();
  }

 private:
  void Run() {
    while (!stopping_) {
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return woken_ || stopping_; });
        woken_ = false;
      }
      const base::Status status = RunJobs();
      if (!status.ok()) {
        base::Log(base::LogLevel::kError,
                  "jobs",
                  "Imports cannot go on",
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

  base::Status RunJobs() {
    PINION_TRY(std::vector<model::ImportJobRecord> waiting, jobs_.Unfinished());
    base::Status failure;
    for (model::ImportJobRecord& job : waiting) {
      ImportRun run({.clock = deps_.clock,
                     .jobs = jobs_,
                     .audience = deps_.audience,
                     .segments = deps_.segments,
                     .locations = deps_.locations,
                     .stopping = stopping_},
                    std::move(job));
      // A job that cannot go on now holds up no other.
      base::Status status = run.Run();
      if (!status.ok() && failure.ok()) {
        failure = std::move(status);
      }
      if (stopping_) {
        break;
      }
    }
    return failure;
  }

  const Dependencies deps_;
  JobStore jobs_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool woken_ = false;                             // under mutex_
  std::optional<base::WorkTracker::Token> token_;  // under mutex_
  std::thread thread_;
};

ImportRunner::ImportRunner(Dependencies dependencies)
    : impl_(std::make_unique<Impl>(dependencies)) {}
ImportRunner::~ImportRunner() = default;
void ImportRunner::Start() {
  impl_->Start();
}
void ImportRunner::Stop() {
  impl_->Stop();
}
void ImportRunner::Wake() {
  impl_->Wake();
}

}  // namespace pinion::jobs
