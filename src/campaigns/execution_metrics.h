// The keys of ExecutionMetrics (CMP-604), in the order of the filters, and counts by key. Values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/map.h"

namespace pinion::campaigns {

// Numbers are on disk.
enum class Metric : uint8_t {
  kEndpointProduced = 0,
  kEndpointsFromUser = 1,
  kDuplicateUser = 2,
  kEndpointInactive = 3,
  kEndpointOptOut = 4,
  kEndpointMissingChannel = 5,
  kEndpointChannelMismatch = 6,
  kEndpointMissingAddress = 7,
  kDuplicateEndpoint = 8,
  kTreatmentHoldout = 9,
  kEndpointMissingTimezone = 10,
  kEndpointTimezoneMismatch = 11,
  kQuietTime = 12,
  kCampaignCap = 13,
  kDailyCap = 14,
  kFilteredOutByHook = 15,
  kHookFailure = 16,
  kExpired = 17,
  kRecommendationFailure = 18,
  kUnsupportedChannel = 19,
  kSuccess = 20,
  kFailurePermanent = 21,
  kTransientFailure = 22,
  kThrottled = 23,
  kCustomDeliveryFailure = 24,
  kUnknown = 25,
};
inline constexpr size_t kMetricCount = 26;
// Those from here on are words of `_campaign.send` for messages that a transport was to take.
inline constexpr size_t kFirstOutcome = static_cast<size_t>(Metric::kSuccess);

std::string_view ToWire(Metric metric);
std::optional<Metric> MetricFromWire(std::string_view text);

class ExecutionMetrics {
 public:
  uint64_t operator[](Metric metric) const { return counts_[static_cast<size_t>(metric)]; }
  void Add(Metric metric, uint64_t count = 1) { counts_[static_cast<size_t>(metric)] += count; }
  void Add(const ExecutionMetrics& other);

  // All keys, as decimal strings (CMP-1204).
  model::Map<std::string> ToMap() const;
  // Keys that are not known and texts that are no numbers count nothing.
  static ExecutionMetrics FromMap(const model::Map<std::string>& map);

  bool operator==(const ExecutionMetrics&) const = default;

 private:
  std::array<uint64_t, kMetricCount> counts_{};
};

}  // namespace pinion::campaigns
