// The thread that works off one kind of jobs: runs when it is woken, and again a second later while
// something keeps the jobs from going on. Thread-safe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/result.h"
#include "base/work_tracker.h"

namespace pinion::jobs {

class JobThread {
 public:
  // `run_jobs` works off all jobs that wait, and returns early when stopping(). `what` begins the
  // log line of its failure.
  JobThread(base::WorkTracker& work, std::string what, std::function<base::Status()> run_jobs);
  ~JobThread();

  // Takes up what was left unfinished.
  void Start();
  void Stop();
  // There is a new job.
  void Wake();
  const std::atomic<bool>& stopping() const { return stopping_; }

 private:
  void Run();

  base::WorkTracker& work_;
  const std::string what_;
  const std::function<base::Status()> run_jobs_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool woken_ = false;                             // under mutex_
  std::optional<base::WorkTracker::Token> token_;  // under mutex_
  std::thread thread_;
};

}  // namespace pinion::jobs
