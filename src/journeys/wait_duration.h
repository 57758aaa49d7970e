// Durations as journeys write them: waits, refresh and re-entry intervals (JRN-701, JRN-306,
// JRN-311). Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace pinion::journeys {

// `PnW` or `PnDTnHnMnS` in whole numbers, with at least one of them. Nothing for anything else:
// years and months have no fixed length. Never more than a thousand years.
std::optional<std::chrono::seconds> ParseWaitDuration(std::string_view text);

}  // namespace pinion::journeys
