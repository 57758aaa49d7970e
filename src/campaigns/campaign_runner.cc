#include "campaigns/campaign_runner.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/log.h"
#include "campaigns/run_steps.h"

namespace pinion::campaigns {

// The thread and its runs; what a single step of a run does is in run_steps.h.
class CampaignRunner::Impl {
 public:
  Impl(Dependencies dependencies, Options options)
      : deps_(std::move(dependencies)),
        options_(options),
        steps_(deps_, options),
        start_timers_(*this),
        resume_timers_(*this) {
    deps_.timers.Register(std::string(kStartTimer), start_timers_);
    deps_.timers.Register(std::string(kResumeTimer), resume_timers_);
    deps_.counters.SetListener([this] { Wake(); });
    deps_.triggers.SetListener([this] { Wake(); });
  }

  void Start();
  void Stop();
  void Wake();

 private:
  // Notes that an occurrence is due, in the write that removes the timer.
  class StartTimers final : public timers::TimerHandler {
   public:
    explicit StartTimers(Impl& owner) : owner_(owner) {}
    base::Status OnTimer(const timers::Timer& timer, storage::WriteBatch& batch) override {
      if (auto due = ParseTreatmentTimerKey(timer.key)) {
        due->at = timer.due;
        CampaignStore::PutDue(*due, batch);
      }
      return {};
    }
    void OnApplied(const timers::Timer&) override { owner_.Wake(); }

   private:
    Impl& owner_;
  };
  // Goes on with a run that waits; the run itself knows until when.
  class ResumeTimers final : public timers::TimerHandler {
   public:
    explicit ResumeTimers(Impl& owner) : owner_(owner) {}
    base::Status OnTimer(const timers::Timer&, storage::WriteBatch&) override { return {}; }
    void OnApplied(const timers::Timer&) override { owner_.Wake(); }

   private:
    Impl& owner_;
  };

  void Run();
  // Works until nothing can proceed; an error leaves everything as the store has it. A run that
  // fails does not hold up the others.
  base::Status WorkUntilIdle();
  base::Status TakeUpRuns();
  base::Result<bool> BeginDueOccurrences();
  // True if any run has proceeded. Runs that fail are in `failed` and are left alone.
  bool StepAll(std::map<RunKey, base::Error>& failed);
  // The same for activities that events wait for.
  base::Result<bool> AnswerTriggers(std::map<RunKey, base::Error>& failed);
  bool IsStopping();

  const Dependencies deps_;
  const Options options_;
  RunSteps steps_;
  StartTimers start_timers_;
  ResumeTimers resume_timers_;

  // Of the thread.
  std::map<RunKey, ActiveRun> runs_;
  bool runs_are_current_ = false;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  bool running_ = false;
  bool stopping_ = false;
  bool woken_ = false;
  base::WorkTracker::Token wake_token_;  // from Wake until the thread has looked
  std::thread thread_;
};

void CampaignRunner::Impl::Start() {
  {
    const std::lock_guard lock(mutex_);
    if (running_) {
      return;
    }
    running_ = true;
    stopping_ = false;
    woken_ = true;
    runs_are_current_ = false;
    wake_token_ = deps_.work.Start();
  }
  thread_ = std::thread([this] { Run(); });
}

void CampaignRunner::Impl::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
  base::WorkTracker::Token token;
  const std::lock_guard lock(mutex_);
  running_ = false;
  woken_ = false;
  std::swap(token, wake_token_);
}

void CampaignRunner::Impl::Wake() {
  {
    const std::lock_guard lock(mutex_);
    if (!running_ || woken_) {
      return;
    }
    woken_ = true;
    wake_token_ = deps_.work.Start();
  }
  changed_.notify_all();
}

bool CampaignRunner::Impl::IsStopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void CampaignRunner::Impl::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_.wait(lock, [this] { return woken_ || stopping_; });
    if (stopping_) {
      return;
    }
    woken_ = false;
    base::WorkTracker::Token token = std::move(wake_token_);
    lock.unlock();
    const base::Status status = WorkUntilIdle();
    if (!status.ok()) {
      base::Log(base::LogLevel::kError,
                "campaigns",
                "a step of a campaign failed; it is tried again",
                {{"error", status.error().message}});
      runs_are_current_ = false;
    }
    lock.lock();
    if (!status.ok()) {
      // The token stays: there is work, and it is going to be done.
      changed_.wait_for(lock, options_.retry_delay, [this] { return stopping_; });
      if (!woken_) {
        woken_ = true;
        wake_token_ = std::move(token);
      }
    }
    lock.unlock();
    token = base::WorkTracker::Token();
    lock.lock();
  }
}

base::Status CampaignRunner::Impl::WorkUntilIdle() {
  if (!runs_are_current_) {
    PINION_CHECK(TakeUpRuns());
  }
  std::map<RunKey, base::Error> failed;
  bool progressed = true;
  while (progressed && !IsStopping()) {
    // Events that came in time are answered before their window closes.
    PINION_TRY(const bool answered, AnswerTriggers(failed));
    PINION_TRY(const bool begun, BeginDueOccurrences());
    const bool stepped = StepAll(failed);
    progressed = begun || stepped || answered;
  }
  return failed.empty() ? base::Status() : base::Status(failed.begin()->second);
}

base::Status CampaignRunner::Impl::TakeUpRuns() {
  PINION_TRY(auto stored, deps_.campaigns.Runs());
  runs_.clear();
  for (auto& [key, record] : stored) {
    if (record.phase == RunPhase::kOpen) {
      continue;
    }
    runs_[key].record = std::move(record);
  }
  runs_are_current_ = true;
  return {};
}

base::Result<bool> CampaignRunner::Impl::BeginDueOccurrences() {
  PINION_TRY(const auto due, deps_.campaigns.DueOccurrences());
  for (const CampaignStore::Due& occurrence : due) {
    PINION_TRY(auto begun, steps_.Begin(occurrence));
    if (begun) {
      runs_[begun->first].record = std::move(begun->second);
    }
  }
  return !due.empty();
}

// One step of each run, so that a large campaign does not hold up the small ones.
bool CampaignRunner::Impl::StepAll(std::map<RunKey, base::Error>& failed) {
  bool progressed = false;
  for (auto run = runs_.begin(); run != runs_.end() && !IsStopping();) {
    if (failed.contains(run->first)) {
      ++run;
      continue;
    }
    auto result = steps_.Step(run->first, run->second);
    if (!result.ok()) {
      failed.emplace(run->first, std::move(result).error());
      ++run;
      continue;
    }
    progressed = progressed || *result != RunSteps::Result::kWaits;
    run = *result == RunSteps::Result::kEnded ? runs_.erase(run) : std::next(run);
  }
  return progressed;
}

base::Result<bool> CampaignRunner::Impl::AnswerTriggers(std::map<RunKey, base::Error>& failed) {
  PINION_TRY(const std::vector<RunKey> waiting, TriggerQueue::Waiting(deps_.campaigns.store()));
  bool progressed = false;
  for (const RunKey& key : waiting) {
    if (IsStopping() || failed.contains(key)) {
      continue;
    }
    auto result = steps_.AnswerTriggers(key);
    if (!result.ok()) {
      failed.emplace(key, std::move(result).error());
      continue;
    }
    progressed = progressed || *result != RunSteps::Result::kWaits;
  }
  return progressed;
}

CampaignRunner::CampaignRunner(Dependencies dependencies, Options options)
    : impl_(std::make_unique<Impl>(std::move(dependencies), options)) {}

CampaignRunner::~CampaignRunner() {
  Stop();
}

void CampaignRunner::Start() {
  impl_->Start();
}

void CampaignRunner::Stop() {
  impl_->Stop();
}

void CampaignRunner::Wake() {
  impl_->Wake();
}

}  // namespace pinion::campaigns
