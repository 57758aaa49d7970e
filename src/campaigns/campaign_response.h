// Campaigns and their activities as the API shows them (CMP-103 to CMP-105, CMP-1201). Pure.
#pragma once

#include <optional>
#include <string_view>

#include "base/ids.h"
#include "campaigns/campaign_counters.h"
#include "campaigns/run_record.h"
#include "model/campaigns.h"

namespace pinion::campaigns {

// SegmentVersion is the one that was the latest when the campaign was written.
model::CampaignResponse ComposeCampaign(const base::AppId& app,
                                        const model::CampaignRecord& record,
                                        const model::CampaignVersionRecord& version);

// `run`: while the activity is a run in progress.
model::ActivityResponse ComposeActivity(const base::AppId& app,
                                        std::string_view campaign,
                                        const model::CampaignActivityRecord& activity,
                                        const std::optional<RunRecord>& run,
                                        const OutcomeCounts& outcomes);

}  // namespace pinion::campaigns
