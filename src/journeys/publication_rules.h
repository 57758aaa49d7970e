// What a journey must be to be published (JRN-501), all of it, and what is worth a warning
// (JRN-503). Reads segments and templates; thread-safe.
#pragma once

#include <cstddef>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "journeys/graph.h"
#include "journeys/problems.h"
#include "model/journeys.h"
#include "segments/segment_service.h"
#include "templates/template_service.h"

namespace pinion::journeys {

// JRN-502.
inline constexpr size_t kActivitiesMax = 1000;
inline constexpr size_t kMultiConditionBranchesMax = 50;
inline constexpr size_t kRandomSplitBranchesMin = 2;
inline constexpr size_t kRandomSplitBranchesMax = 50;
inline constexpr size_t kConditionsMax = 100;

// What a definition refers to. Both must outlive the call.
struct References {
  const segments::SegmentService& segments;
  const templates::TemplateService& templates;
};

// Adds every problem, those of the form included. Fails only when something cannot be read.
base::Status CheckPublication(const base::AppId& app,
                              const model::WriteJourneyRequest& journey,
                              const Graph& graph,
                              const References& references,
                              base::Timestamp now,
                              Problems& problems);

// JRN-503, but for what the state of channels says.
void FindWarnings(const model::WriteJourneyRequest& journey,
                  const Graph& graph,
                  Problems& warnings);

}  // namespace pinion::journeys
