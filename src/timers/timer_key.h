// The form of a timer in the store: (due, kind, key) → payload, so that the order of the keys is
// the order of firing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "timers/timer_service.h"

namespace pinion::timers {

// The prefix of every timer's key.
std::string TimerPrefix();
std::string TimerKey(const Timer& timer);
// Nothing if `key` is not a timer's.
std::optional<Timer> ReadTimer(std::string_view key, std::string_view payload);

}  // namespace pinion::timers
