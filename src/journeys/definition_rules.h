// What makes a journey well-formed by itself, as a draft must be already (JRN-104 to JRN-106,
// JRN-501): names, ids, formats and ranges of single values. Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "journeys/problems.h"
#include "model/journeys.h"

namespace pinion::journeys {

inline constexpr size_t kNameCharactersMax = 150;
inline constexpr size_t kActivityIdCharactersMax = 100;
inline constexpr size_t kStartActivityCharactersMax = 128;
// JRN-502.
inline constexpr size_t kCustomDataCharactersMax = 5000;
// Section 8.
inline constexpr int32_t kCapMax = 100;
inline constexpr int32_t kTimeframeDaysMax = 30;
inline constexpr int32_t kReentryCapMax = 1'000'000;
inline constexpr int32_t kMessagesPerSecondMax = 1'000'000;
// JRN-701.
inline constexpr std::chrono::seconds kWaitMin = std::chrono::seconds(1);
inline constexpr std::chrono::seconds kWaitMax = std::chrono::days(3650);

// Name, activity ids and State: kInvalidArgument, whatever state the journey is to be in.
base::Status CheckNames(const model::WriteJourneyRequest& journey);

// Everything else that no draft may have, the schedule included.
void CheckForm(const model::WriteJourneyRequest& journey, Problems& problems);

}  // namespace pinion::journeys
