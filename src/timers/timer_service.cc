#include "timers/timer_service.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "base/log.h"
#include "timers/timer_key.h"
#include "timers/timer_queue.h"

namespace pinion::timers {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// One pass of the thread fires at most this many, so that it sees a request to stop.
constexpr size_t kFiringsPerPassMax = 4096;
// Timers that failed and wait for their retry; with more of them nothing fires until the first
// retry.
constexpr size_t kDeferredMax = 1000;
// The longest wait without a look at the clock: the system's clock may be set.
constexpr std::chrono::milliseconds kWaitMax{30'000};
// While many timers are due, those set meanwhile are looked for at most this often.
constexpr std::chrono::milliseconds kRewindInterval{100};
// AdvanceTo gives up when timers keep setting timers for the same instant.
constexpr size_t kRoundsPerInstantMax = 100'000;

bool SetsTimers(const storage::WriteBatch& batch) {
  const std::string prefix = TimerPrefix();
  return std::any_of(batch.changes().begin(), batch.changes().end(), [&](const auto& change) {
    return change.kind == storage::WriteBatch::Kind::kPut &&
           std::string_view(change.key).substr(0, prefix.size()) == prefix;
  });
}

}  // namespace

class TimerService::Impl {
 public:
  Impl(storage::KeyValueStore& store,
       const base::Clock& clock,
       base::WorkTracker& work,
       TimerOptions options)
      : store_(store), clock_(clock), work_(work), options_(options), queue_(store) {}

  void Register(std::string kind, TimerHandler& handler) {
    handlers_.insert_or_assign(std::move(kind), &handler);
  }
  void Wake();
  void Start();
  void Stop();
  base::Status AdvanceTo(base::ManualClock& clock, base::Timestamp target);
  base::Result<std::optional<base::Timestamp>> FirstDue();

 private:
  // What to do with a timer that failed: the thread goes on with the others, AdvanceTo ends.
  enum class OnFailure { kDefer, kReturn };
  struct Pass {
    bool more = false;  // ended early; more may be due
    std::optional<base::Timestamp> next_due;
    std::optional<SteadyTime> retry_at;
  };

  void Run();
  std::chrono::milliseconds WaitAfter(const base::Result<Pass>& pass) const;
  base::Result<Pass> FireDue(OnFailure on_failure);
  base::Result<std::optional<Timer>> PeekDue(base::Timestamp now, Pass& pass);
  base::Status Fire(Timer timer);
  bool RewindIfWoken(std::chrono::milliseconds at_most_every);
  void Defer(const Timer& timer, const base::Error& error);
  void ForgetElapsedDeferrals();

  storage::KeyValueStore& store_;
  const base::Clock& clock_;
  base::WorkTracker& work_;
  const TimerOptions options_;
  std::map<std::string, TimerHandler*, std::less<>> handlers_;

  // Held while timers fire; guards what follows. Every timer before the position of queue_ has
  // fired, is deferred, or was set after rewind_wanted_ was last cleared.
  std::mutex firing_mutex_;
  TimerQueue queue_;
  SteadyTime rewound_at_;
  std::map<std::string, SteadyTime> deferred_;  // key → when it is tried again

  std::atomic<bool> rewind_wanted_ = true;
  std::atomic<bool> stopping_ = false;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  bool running_ = false;
  bool woken_ = false;
  base::WorkTracker::Token wake_token_;  // from Wake until the thread has looked

  std::thread thread_;
  std::mutex advance_mutex_;  // one AdvanceTo at a time
};

void TimerService::Impl::Wake() {
  {
    const std::lock_guard lock(mutex_);
    rewind_wanted_ = true;
    if (!running_ || woken_) {
      return;
    }
    woken_ = true;
    wake_token_ = work_.Start();
  }
  changed_.notify_all();
}

void TimerService::Impl::Start() {
  {
    const std::lock_guard lock(mutex_);
    if (running_) {
      return;
    }
    running_ = true;
    stopping_ = false;
    rewind_wanted_ = true;
    woken_ = true;
    wake_token_ = work_.Start();
  }
  thread_ = std::thread([this] { Run(); });
}

void TimerService::Impl::Stop() {
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

void TimerService::Impl::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    woken_ = false;
    base::WorkTracker::Token token = std::move(wake_token_);
    lock.unlock();

    const auto fire = [this] {
      const base::WorkTracker::Token firing = work_.Start();
      return FireDue(OnFailure::kDefer);
    };
    base::Result<Pass> pass = fire();
    while (pass.ok() && pass->more && !stopping_) {
      pass = fire();
    }
    if (!pass.ok()) {
      base::Log(base::LogLevel::kError,
                "timers",
                "cannot read the timers",
                {{"error", pass.error().message}});
      rewind_wanted_ = true;
    }
    token = base::WorkTracker::Token();

    lock.lock();
    changed_.wait_for(lock, WaitAfter(pass), [this] { return woken_ || stopping_; });
  }
}

std::chrono::milliseconds TimerService::Impl::WaitAfter(const base::Result<Pass>& pass) const {
  using std::chrono::milliseconds;
  if (!pass.ok()) {
    return options_.retry_delay;
  }
  milliseconds wait = kWaitMax;
  if (pass->next_due.has_value()) {
    wait = std::min(wait, *pass->next_due - clock_.Now());
  }
  if (pass->retry_at.has_value()) {
    const auto left = *pass->retry_at - std::chrono::steady_clock::now();
    wait = std::min(wait, std::chrono::ceil<milliseconds>(left));
  }
  return std::max(wait, milliseconds{0});
}

base::Result<TimerService::Impl::Pass> TimerService::Impl::FireDue(OnFailure on_failure) {
  const std::lock_guard firing(firing_mutex_);
  ForgetElapsedDeferrals();
  const bool defers = on_failure == OnFailure::kDefer;
  const base::Timestamp now = clock_.Now();
  Pass pass;
  for (size_t fired = 0; fired < kFiringsPerPassMax && !(defers && stopping_); ++fired) {
    pass.more = false;
    if (defers && deferred_.size() >= kDeferredMax) {
      break;
    }
    RewindIfWoken(kRewindInterval);
    PINION_TRY(std::optional<Timer> timer, PeekDue(now, pass));
    if (!timer.has_value()) {
      break;
    }
    pass.more = true;
    queue_.Pop();
    if (defers && deferred_.contains(TimerKey(*timer))) {
      continue;
    }
    const base::Status status = Fire(*timer);
    if (!status.ok() && !defers) {
      rewind_wanted_ = true;
      return status.error();
    }
    if (!status.ok()) {
      Defer(*timer, status.error());
    }
  }
  for (const auto& [key, retry_at] : deferred_) {
    pass.retry_at = std::min(pass.retry_at.value_or(retry_at), retry_at);
  }
  return pass;
}

// The next timer that is due at `now`; if there is none, when the next one will be goes into
// `pass`.
base::Result<std::optional<Timer>> TimerService::Impl::PeekDue(base::Timestamp now, Pass& pass) {
  do {
    PINION_TRY(std::optional<Timer> timer, queue_.Peek());
    if (timer.has_value() && timer->due <= now) {
      return timer;
    }
    pass.next_due = timer.has_value() ? std::optional(timer->due) : std::nullopt;
  } while (RewindIfWoken(std::chrono::milliseconds{0}));
  return std::optional<Timer>();
}

base::Status TimerService::Impl::Fire(Timer timer) {
  const std::string key = TimerKey(timer);
  // It may have been cancelled or given another payload since the page was read.
  PINION_TRY(std::optional<std::string> payload, store_.Get(key));
  if (!payload.has_value()) {
    return {};
  }
  timer.payload = *std::move(payload);
  const auto handler = handlers_.find(timer.kind);
  if (handler == handlers_.end()) {
    return base::Internal("no handler is registered for timers of kind " + timer.kind);
  }
  // The removal comes first, so that a handler may set the very same timer again.
  storage::WriteBatch batch;
  batch.Delete(key);
  PINION_CHECK(handler->second->OnTimer(timer, batch));
  PINION_CHECK(store_.Apply(batch));
  if (SetsTimers(batch)) {
    rewind_wanted_ = true;
  }
  handler->second->OnApplied(timer);
  return {};
}

bool TimerService::Impl::RewindIfWoken(std::chrono::milliseconds at_most_every) {
  if (!rewind_wanted_) {
    return false;
  }
  const SteadyTime now = std::chrono::steady_clock::now();
  if (now - rewound_at_ < at_most_every) {
    return false;
  }
  rewind_wanted_ = false;
  rewound_at_ = now;
  queue_.Rewind();
  return true;
}

void TimerService::Impl::Defer(const Timer& timer, const base::Error& error) {
  base::Log(base::LogLevel::kError,
            "timers",
            "a timer failed; it is tried again",
            {{"kind", timer.kind}, {"key", timer.key}, {"error", error.message}});
  deferred_[TimerKey(timer)] = std::chrono::steady_clock::now() + options_.retry_delay;
}

void TimerService::Impl::ForgetElapsedDeferrals() {
  const SteadyTime now = std::chrono::steady_clock::now();
  const size_t forgotten =
      std::erase_if(deferred_, [&](const auto& deferral) { return deferral.second <= now; });
  if (forgotten > 0) {
    rewind_wanted_ = true;
  }
}

base::Result<std::optional<base::Timestamp>> TimerService::Impl::FirstDue() {
  const std::lock_guard firing(firing_mutex_);
  RewindIfWoken(std::chrono::milliseconds{0});
  PINION_TRY(const std::optional<Timer> timer, queue_.Peek());
  return timer.has_value() ? std::optional(timer->due) : std::nullopt;
}

base::Status TimerService::Impl::AdvanceTo(base::ManualClock& clock, base::Timestamp target) {
  const std::lock_guard advancing(advance_mutex_);
  rewind_wanted_ = true;
  work_.WaitUntilQuiet();
  size_t rounds = 0;
  while (rounds < kRoundsPerInstantMax) {
    PINION_TRY(const std::optional<base::Timestamp> due, FirstDue());
    const base::Timestamp before = clock.Now();
    if (due.has_value() && *due <= target) {
      const base::WorkTracker::Token token = work_.Start();
      clock.AdvanceTo(*due);
      PINION_CHECK(FireDue(OnFailure::kReturn));
    } else if (before < target) {
      clock.AdvanceTo(target);
    } else {
      return {};
    }
    work_.WaitUntilQuiet();
    rounds = clock.Now() == before ? rounds + 1 : 0;
  }
  return base::Internal("the timers of one instant keep setting timers for the same instant");
}

TimerService::TimerService(storage::KeyValueStore& store,
                           const base::Clock& clock,
                           base::WorkTracker& work,
                           TimerOptions options)
    : impl_(std::make_unique<Impl>(store, clock, work, options)) {}

TimerService::~TimerService() {
  Stop();
}

void TimerService::Register(std::string kind, TimerHandler& handler) {
  impl_->Register(std::move(kind), handler);
}

void TimerService::Schedule(storage::WriteBatch& batch, const Timer& timer) {
  batch.Put(TimerKey(timer), timer.payload);
}

void TimerService::Cancel(storage::WriteBatch& batch, const Timer& timer) {
  batch.Delete(TimerKey(timer));
}

void TimerService::Wake() {
  impl_->Wake();
}

void TimerService::Start() {
  impl_->Start();
}

void TimerService::Stop() {
  impl_->Stop();
}

base::Status TimerService::AdvanceTo(base::ManualClock& clock, base::Timestamp target) {
  return impl_->AdvanceTo(clock, target);
}

base::Result<std::optional<base::Timestamp>> TimerService::FirstDue() {
  return impl_->FirstDue();
}

}  // namespace pinion::timers
