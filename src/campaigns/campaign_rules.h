// What makes a campaign valid (campaigns.md section 2), how an update is merged into it (CMP-401),
// and what of it is not built yet. Pure, but for references to segments and templates, which the
// caller resolves.
#pragma once

#include <string_view>

#include "base/result.h"
#include "campaigns/campaign_schedule.h"
#include "model/campaigns.h"

namespace pinion::campaigns {

inline constexpr size_t kAdditionalTreatmentsMax = 99;
inline constexpr int32_t kMaximumDurationMin = 60;
inline constexpr size_t kHeadersMax = 15;

// The members that are given replace the stored ones whole; `tags` are not touched (CMP-109).
model::WriteCampaignRequest Merge(model::WriteCampaignRequest stored,
                                  const model::WriteCampaignRequest& given);

// Whether the two differ in a member other than those that a running campaign may change, or a
// completed one (CMP-403). The name of the first such member, or nothing.
std::string_view FirstLockedChange(const model::WriteCampaignRequest& before,
                                   const model::WriteCampaignRequest& after,
                                   model::CampaignStatus status);

// kInvalidArgument naming the member. References to segments and templates are the caller's, and
// whether EndTime is still to come.
base::Status CheckCampaign(const model::WriteCampaignRequest& campaign, base::Timestamp now);

// Every treatment of the campaign is in-app.
bool IsInAppOnly(const model::WriteCampaignRequest& campaign);

// kNotImplemented naming the member; only for a campaign that is valid.
base::Status CheckBuilt(const model::WriteCampaignRequest& campaign);

// The effective limits: the campaign's where they are greater than zero, else the application's
// (CMP-802); what neither sets is absent. `application_daily` tells whose Daily it is (CMP-803).
struct EffectiveLimits {
  int32_t daily = 0;
  bool daily_is_of_application = false;
  int32_t maximum_duration = 0;
  int32_t messages_per_second = 0;
  int32_t session = 0;
  int32_t total = 0;
};
EffectiveLimits LimitsOf(const model::CampaignVersionRecord& version);
// The schedule's quiet time if it says anything, else the application's.
std::optional<model::QuietTime> QuietTimeOf(const model::CampaignVersionRecord& version,
                                            const model::Schedule& schedule);
std::optional<QuietHours> QuietHoursOf(const model::CampaignVersionRecord& version,
                                       const model::Schedule& schedule);

}  // namespace pinion::campaigns
