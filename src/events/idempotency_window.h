// Remembers which events were accepted during the last 24 hours, so that a report that is repeated
// has no second effect (EVT-20). The marks are kept by day and go, a day at a time, when a timer
// says so. Marks are written in the caller's batch; who looks up and marks must keep others from
// doing so for the same application meanwhile. Otherwise thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "storage/key_value_store.h"
#include "timers/timer_service.h"

namespace pinion::events {

// The identity of an event in a form of fixed size. Identities lie in the order of endpoint, then
// reported time: those of one report side by side.
class EventIdentity {
 public:
  // `endpoint_key`: the endpoint's id without regard to case.
  explicit EventIdentity(std::string_view endpoint_key);

  std::string Of(std::string_view event_id,
                 std::string_view event_type,
                 base::Timestamp reported_at) const;

 private:
  std::string endpoint_;  // the digest of its key
};

class IdempotencyWindow final : public timers::TimerHandler {
 public:
  // Registers itself for its clean-up; both must outlive it.
  IdempotencyWindow(storage::KeyValueStore& store, timers::TimerService& timers);

  // For each identity: was it accepted within the window before `now`? Quick where those of one
  // endpoint follow each other.
  base::Result<std::vector<bool>> WereAccepted(const base::AppId& app,
                                               std::span<const std::string> identities,
                                               base::Timestamp now) const;
  // Adds the marks to `batch`. Call Applied afterwards.
  void Mark(const base::AppId& app,
            std::span<const std::string> identities,
            base::Timestamp now,
            storage::WriteBatch& batch);
  void Applied(base::Timestamp now);

  // Removes the marks of an application that were made within the window before `now`.
  static void DeleteApp(const base::AppId& app, base::Timestamp now, storage::WriteBatch& batch);

  base::Status OnTimer(const timers::Timer& timer, storage::WriteBatch& batch) override;

 private:
  // Which of several identities to look for, and the answers.
  struct Lookup {
    const base::AppId& app;
    std::span<const std::string> identities;
    base::Timestamp now;
    std::vector<bool> accepted;
  };

  base::Result<bool> LookThrough(size_t from, size_t to, int64_t day, Lookup& lookup) const;
  base::Status LookUpEach(std::span<const size_t> indexes, Lookup& lookup) const;

  storage::KeyValueStore& store_;
  timers::TimerService& timers_;
  std::atomic<int64_t> scheduled_day_ = -1;  // the clean-up of this day's marks is set
};

}  // namespace pinion::events
