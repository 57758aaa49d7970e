// Time, only through here. Domain code takes a Clock; signatures, `Date`, rate limits and log lines take the wall clock
// (an instance of SystemClock), which `--manual-clock` does not move.
#pragma once

#include <atomic>
#include <chrono>

namespace pinion::base {

// An instant in UTC with the precision of the API.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

inline Timestamp TimestampFromMillis(int64_t millis) {
  return Timestamp{std::chrono::milliseconds{millis}};
}
inline int64_t ToMillis(Timestamp at) { return at.time_since_epoch().count(); }

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp Now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Timestamp Now() const override;
};

// Stands still until it is moved; never goes back.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : now_millis_(ToMillis(start)) {}
  Timestamp Now() const override { return TimestampFromMillis(now_millis_.load()); }
  // Moves to `to` if that is later than now.
  void AdvanceTo(Timestamp to);
  void Advance(std::chrono::milliseconds by) { AdvanceTo(Now() + by); }

 private:
  std::atomic<int64_t> now_millis_;
};

}  // namespace pinion::base
