// A token bucket of one second's worth (CHN-132): says how long the next message has to wait. Time
// is handed in; not thread-safe.
#pragma once

#include <algorithm>
#include <chrono>

namespace pinion::delivery::smtp {

class SendRate {
 public:
  using Clock = std::chrono::steady_clock;

  // 0 = unlimited.
  explicit SendRate(double messages_per_second)
      : spacing_(messages_per_second > 0
                     ? std::chrono::duration_cast<Clock::duration>(
                           std::chrono::duration<double>(1 / messages_per_second))
                     : Clock::duration::zero()) {}

  // Takes the place of one message and returns when it may go. A rate under one a second still lets
  // the first one go.
  Clock::time_point Reserve(Clock::time_point now) {
    const Clock::duration burst = std::max<Clock::duration>(std::chrono::seconds(1), spacing_);
    next_ = std::max(next_, now - burst + spacing_);
    const Clock::time_point at = std::max(next_, now);
    next_ += spacing_;
    return at;
  }

 private:
  Clock::duration spacing_;
  Clock::time_point next_ = Clock::time_point::min() + std::chrono::hours(1);
};

}  // namespace pinion::delivery::smtp
