// The states of a journey and what a caller may ask for (journeys.md section 2). Pure.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "model/journeys.h"

namespace pinion::journeys {

enum class StateChange : uint8_t {
  kNone,  // the journey is in that state already
  kPublish,
  kPause,
  kResume,
  kCancel,
};

// What UpdateJourneyState means; kInvalidArgument naming both states for a change that JRN-201 does
// not have.
base::Result<StateChange> JudgeStateChange(model::State from, model::State to);

// The state of a published journey that is not stopped, from what has become of its entry: ACTIVE
// while somebody may enter, CLOSED while participants remain, COMPLETED after that (JRN-206).
model::State RunningState(bool entry_is_over, bool has_participants);

}  // namespace pinion::journeys
