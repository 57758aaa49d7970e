// The publication checks that need nothing but the graph (JRN-501): NO_START, ACTIVITY_TYPE,
// UNKNOWN_NEXT, CYCLE, UNREACHABLE. Pure.
#pragma once

#include "journeys/graph.h"
#include "journeys/problems.h"
#include "model/journeys.h"

namespace pinion::journeys {

// `graph` is compiled from `journey`.
void CheckGraph(const model::WriteJourneyRequest& journey, const Graph& graph, Problems& problems);

}  // namespace pinion::journeys
