// The execution metrics of journeys, runs and activities (journeys.md section 10): which keys there
// are, and their counts as an answer. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "journeys/graph.h"
#include "model/journeys.h"

namespace pinion::journeys {

// Passes in progress; a journey with none has no participants.
inline constexpr std::string_view kActiveMetric = "ENDPOINT_ACTIVE";

using MetricCounts = std::map<std::string, int64_t, std::less<>>;

// JRN-1001, JRN-1002: of a journey, and of a run.
const std::vector<std::string>& JourneyMetricNames();

// JRN-1003. The type is "" and there are no names for an activity that has no kind.
std::string_view ActivityTypeOf(ActivityKind kind);
std::vector<std::string> ActivityMetricNames(const Node& node);

// Every name with its count, "0" where there is none.
model::Map<std::string> MetricsOf(const std::vector<std::string>& names,
                                  const MetricCounts& counts);

}  // namespace pinion::journeys
