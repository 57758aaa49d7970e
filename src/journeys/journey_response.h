// A stored journey as the API shows it (JRN-103). Pure.
#pragma once

#include "base/ids.h"
#include "model/journeys.h"

namespace pinion::journeys {

model::JourneyResponse ResponseOf(const base::AppId& app,
                                  const model::JourneyRecord& record,
                                  const model::WriteJourneyRequest& definition);

model::JourneyRunResponse ResponseOf(const model::JourneyRunRecord& run);

}  // namespace pinion::journeys
