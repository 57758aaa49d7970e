// The treatments of a campaign with what they inherit (CMP-651): "0" is made of the campaign's own
// members, "1", "2", … are its AdditionalTreatments. Views into the version they were made from.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/campaigns.h"

namespace pinion::campaigns {

inline constexpr std::string_view kDefaultTreatment = "0";

struct Treatment {
  const std::optional<model::MessageConfiguration>& messages;
  const std::optional<model::TemplateConfiguration>& templates;
  const std::optional<model::CustomDeliveryConfiguration>& custom_delivery;
  const model::Schedule& schedule;
};

// The default one included.
size_t CountTreatments(const model::WriteCampaignRequest& campaign);
// `index` is below the count; the campaign has a schedule.
Treatment TreatmentAt(const model::WriteCampaignRequest& campaign, size_t index);
// The index of an id; nothing if the campaign has no such treatment.
std::optional<size_t> IndexOfTreatment(const model::WriteCampaignRequest& campaign,
                                       std::string_view id);

// Acts on events in [StartTime, EndTime) instead of running at instants (CMP-354).
bool IsWindowed(const model::Schedule& schedule);
bool IsRecurring(const model::Schedule& schedule);

// CMP-652: the number from 0 to 9999 that decides on the group of an endpoint.
uint32_t AllocationOf(std::string_view campaign,
                      std::string_view user_id,
                      std::string_view endpoint_id);
// The treatment that an allocation falls to; nothing for the holdout.
std::optional<size_t> TreatmentOf(const model::WriteCampaignRequest& campaign, uint32_t allocation);

}  // namespace pinion::campaigns
