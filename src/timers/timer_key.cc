#include "timers/timer_key.h"

#include "storage/key.h"

namespace pinion::timers {

using storage::KeyReader;
using storage::KeySpace;
using storage::KeyWriter;

std::string TimerPrefix() {
  return KeyWriter(KeySpace::kTimer).Take();
}

std::string TimerKey(const Timer& timer) {
  return KeyWriter(KeySpace::kTimer).Time(timer.due).Text(timer.kind).Text(timer.key).Take();
}

std::optional<Timer> ReadTimer(std::string_view key, std::string_view payload) {
  KeyReader reader(key);
  Timer timer;
  timer.due = reader.Time();
  timer.kind = reader.Text();
  timer.key = reader.Text();
  timer.payload = payload;
  if (reader.space() != KeySpace::kTimer || !reader.AtEnd()) {
    return std::nullopt;
  }
  return timer;
}

}  // namespace pinion::timers
