// What campaigns and journeys show while sending is held after a restore (OPS-13): nothing of them
// goes on, so those that would are PAUSED, whatever state they will be in when it is resumed. Their
// own states are not touched.
#pragma once

#include "api/operation_table.h"
#include "base/result.h"
#include "model/campaigns.h"
#include "model/journeys.h"

namespace pinion::api {

void ShowHeld(model::CampaignResponse& campaign);
void ShowHeld(model::CampaignsResponse& campaigns);
void ShowHeld(model::ActivitiesResponse& activities);
void ShowHeld(model::JourneyResponse& journey);
void ShowHeld(model::JourneysResponse& journeys);

// A handler whose answer shows the hold.
//   table.Add<model::ops::GetCampaign>(Run::kInline, WithHold<model::ops::GetCampaign,
//   GetCampaign>);
template <class Op, Handler<Op> handler>
base::Result<typename Op::Response> WithHold(Call& call, const typename Op::Request& request) {
  PINION_TRY(auto response, handler(call, request));
  if (call.services.system.IsSendingHeld()) {
    ShowHeld(response);
  }
  return response;
}

}  // namespace pinion::api
