// Times of a day as settings write them. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace pinion::base {

// `HH:MM` from 00:00 to 23:59, both with two digits; since midnight. Nothing for anything else.
std::optional<std::chrono::minutes> ParseTimeOfDay(std::string_view text);

}  // namespace pinion::base
