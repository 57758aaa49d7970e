// What one event, one request and one application may hold (events-analytics.md section 3).
#pragma once

#include <chrono>
#include <cstddef>

namespace pinion::events {

inline constexpr size_t kEventsPerRequestMax = 1000;
inline constexpr size_t kEventBytesMax = 1'024'000;
inline constexpr size_t kEventIdCharactersMax = 256;
inline constexpr size_t kEventTypeCharactersMax = 256;
inline constexpr size_t kSessionIdCharactersMax = 256;
inline constexpr size_t kAppFactCharactersMax = 256;
inline constexpr size_t kNameCharactersMax = 128;
inline constexpr size_t kValueCharactersMax = 1000;
inline constexpr size_t kAttributesAndMetricsMax = 200;
inline constexpr size_t kIngestRefusalsKeptMax = 1000;

// The same event reported again within this time is a duplicate.
inline constexpr std::chrono::hours kDuplicateWindow{24};

}  // namespace pinion::events
