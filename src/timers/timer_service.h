// Durable timers: the only way in which anything in Pinion waits for the clock. A timer is set in
// the same write batch as the state that it belongs to, and its effect and its removal are one
// batch as well, so after a crash every timer fires exactly once. Timers fire in order of their due
// instant (equal ones: by kind, then key), one after the other, on the service's thread; with a
// manual clock, in AdvanceTo. Thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/work_tracker.h"
#include "storage/key_value_store.h"

namespace pinion::timers {

// One timer exists per (due, kind, key).
struct Timer {
  base::Timestamp due;
  std::string kind;     // names the handler: "campaign.start", "outbox.retry"
  std::string key;      // what it is about, in the handler's own form
  std::string payload;  // small; may be empty
};

// What fires. Implementations must be quick: they record that something is due and wake the
// component that does it.
class TimerHandler {
 public:
  virtual ~TimerHandler() = default;
  // Adds the effect to `batch`, which the service applies together with the timer's removal; then
  // calls OnApplied. A failure leaves the timer in place; it is tried again after a second of real
  // time.
  virtual base::Status OnTimer(const Timer& timer, storage::WriteBatch& batch) = 0;
  virtual void OnApplied(const Timer& timer) { (void)timer; }
};

struct TimerOptions {
  // Real time until a timer that failed is tried again. Others do not wait for it.
  std::chrono::milliseconds retry_delay{1000};
};

class TimerService {
 public:
  // All must outlive the service.
  TimerService(storage::KeyValueStore& store,
               const base::Clock& clock,
               base::WorkTracker& work,
               TimerOptions options = {});
  ~TimerService();

  // Before Start. `handler` must outlive the service.
  void Register(std::string kind, TimerHandler& handler);

  // Adds the timer to `batch`. Call Wake after the batch has been applied.
  static void Schedule(storage::WriteBatch& batch, const Timer& timer);
  static void Cancel(storage::WriteBatch& batch, const Timer& timer);
  // Timers may have been set: looks again when the next one is due.
  void Wake();

  // Fires what is due, now and as time goes on, on a thread of its own. With a manual clock that is
  // what is due already when it is set; the rest comes with AdvanceTo.
  void Start();
  void Stop();

  // Manual clock: fires everything due up to `target`, in order, moving `clock` to each due instant
  // and waiting after each instant until the server is quiet; then moves it to `target`. Fails when
  // a handler fails: the clock then stands at that timer, which stays. The caller must not hold a
  // token of the tracker.
  base::Status AdvanceTo(base::ManualClock& clock, base::Timestamp target);

  // When the first timer that is set is due, for metrics; waits while timers fire.
  base::Result<std::optional<base::Timestamp>> FirstDue();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinion::timers
