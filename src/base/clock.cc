#include "base/clock.h"

namespace pinion::base {

Timestamp SystemClock::Now() const {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

void ManualClock::AdvanceTo(Timestamp to) {
  int64_t now = now_millis_.load();
  while (now < ToMillis(to) && !now_millis_.compare_exchange_weak(now, ToMillis(to))) {
  }
}

}  // namespace pinion::base
