#include "journeys/journey_states.h"

#include <string>

namespace pinion::journeys {

using model::State;

base::Result<StateChange> JudgeStateChange(State from, State to) {
  if (from == to) {
    return StateChange::kNone;
  }
  const bool is_running = from == State::kActive || from == State::kClosed;
  if (from == State::kDraft && to == State::kActive) {
    return StateChange::kPublish;
  }
  if (is_running && to == State::kPaused) {
    return StateChange::kPause;
  }
  if (from == State::kPaused && to == State::kActive) {
    return StateChange::kResume;
  }
  if ((is_running || from == State::kPaused) && to == State::kCancelled) {
    return StateChange::kCancel;
  }
  return base::InvalidArgument("Member 'State': a journey cannot go from " +
                               std::string(model::ToWire(from)) + " to " +
                               std::string(model::ToWire(to)) + ".");
}

State RunningState(bool entry_is_over, bool has_participants) {
  if (!entry_is_over) {
    return State::kActive;
  }
  return has_participants ? State::kClosed : State::kCompleted;
}

}  // namespace pinion::journeys
