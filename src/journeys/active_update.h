// What UpdateJourney may change in an ACTIVE journey (JRN-202). Pure.
#pragma once

#include <string_view>

#include "model/journeys.h"

namespace pinion::journeys {

// The path of the first member of `request` that differs from `stored` and must not; "" when there
// is none. Members that are absent stay as they are.
std::string_view FirstLockedChange(const model::WriteJourneyRequest& stored,
                                   const model::WriteJourneyRequest& request);

// `stored` with the members of `request` that an active journey takes.
model::WriteJourneyRequest MergeIntoActive(model::WriteJourneyRequest stored,
                                           const model::WriteJourneyRequest& request);

}  // namespace pinion::journeys
