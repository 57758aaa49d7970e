#include "api/held_states.h"

#include <optional>
#include <string_view>

namespace pinion::api {

namespace {

void Pause(std::optional<model::CampaignState>& state) {
  using Status = model::CampaignStatus;
  if (state && (state->campaign_status == Status::kScheduled ||
                state->campaign_status == Status::kExecuting ||
                state->campaign_status == Status::kPendingNextRun)) {
    state->campaign_status = Status::kPaused;
  }
}

}  // namespace

void ShowHeld(model::CampaignResponse& campaign) {
  Pause(campaign.state);
  Pause(campaign.default_state);
  if (campaign.additional_treatments) {
    for (model::TreatmentResource& treatment : *campaign.additional_treatments) {
      Pause(treatment.state);
    }
  }
}

void ShowHeld(model::CampaignsResponse& campaigns) {
  for (model::CampaignResponse& campaign : campaigns.item) {
    ShowHeld(campaign);
  }
}

void ShowHeld(model::ActivitiesResponse& activities) {
  for (model::ActivityResponse& activity : activities.item) {
    const std::string_view state = activity.state ? *activity.state : std::string_view();
    if (state == "PENDING" || state == "INITIALIZING" || state == "RUNNING") {
      activity.state = "PAUSED";
    }
  }
}

void ShowHeld(model::JourneyResponse& journey) {
  if (journey.state == model::State::kActive || journey.state == model::State::kClosed) {
    journey.state = model::State::kPaused;
  }
}

void ShowHeld(model::JourneysResponse& journeys) {
  for (model::JourneyResponse& journey : journeys.item) {
    ShowHeld(journey);
  }
}

}  // namespace pinion::api
