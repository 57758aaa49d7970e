#include "campaigns/execution_metrics.h"

#include <charconv>

namespace pinion::campaigns {
namespace {

constexpr std::array<std::string_view, kMetricCount> kNames = {"ENDPOINT_PRODUCED",
                                                               "ENDPOINTS_FROM_USER",
                                                               "DUPLICATE_USER",
                                                               "ENDPOINT_INACTIVE",
                                                               "ENDPOINT_OPT_OUT",
                                                               "ENDPOINT_MISSING_CHANNEL",
                                                               "ENDPOINT_CHANNEL_MISMATCH",
                                                               "ENDPOINT_MISSING_ADDRESS",
                                                               "DUPLICATE_ENDPOINT",
                                                               "TREATMENT_HOLDOUT",
                                                               "ENDPOINT_MISSING_TIMEZONE",
                                                               "ENDPOINT_TIMEZONE_MISMATCH",
                                                               "QUIET_TIME",
                                                               "CAMPAIGN_CAP",
                                                               "DAILY_CAP",
                                                               "FILTERED_OUT_BY_HOOK",
                                                               "HOOK_FAILURE",
                                                               "EXPIRED",
                                                               "RECOMMENDATION_FAILURE",
                                                               "UNSUPPORTED_CHANNEL",
                                                               "SUCCESS",
                                                               "FAILURE_PERMANENT",
                                                               "TRANSIENT_FAILURE",
                                                               "THROTTLED",
                                                               "CUSTOM_DELIVERY_FAILURE",
                                                               "UNKNOWN"};

}  // namespace

std::string_view ToWire(Metric metric) {
  return kNames[static_cast<size_t>(metric)];
}

std::optional<Metric> MetricFromWire(std::string_view text) {
  for (size_t i = 0; i < kMetricCount; ++i) {
    if (kNames[i] == text) {
      return static_cast<Metric>(i);
    }
  }
  return std::nullopt;
}

void ExecutionMetrics::Add(const ExecutionMetrics& other) {
  for (size_t i = 0; i < kMetricCount; ++i) {
    counts_[i] += other.counts_[i];
  }
}

model::Map<std::string> ExecutionMetrics::ToMap() const {
  model::Map<std::string> map;
  for (size_t i = 0; i < kMetricCount; ++i) {
    map.Append(std::string(kNames[i]), std::to_string(counts_[i]));
  }
  return map;
}

ExecutionMetrics ExecutionMetrics::FromMap(const model::Map<std::string>& map) {
  ExecutionMetrics metrics;
  for (const auto& [name, text] : map) {
    const std::optional<Metric> metric = MetricFromWire(name);
    uint64_t count = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
    if (metric && read.ec == std::errc()) {
      metrics.Add(*metric, count);
    }
  }
  return metrics;
}

}  // namespace pinion::campaigns
