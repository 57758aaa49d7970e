// Who a run is for: the members of the segment after the filters that are decided once, at its
// start (CMP-602, CMP-604 no. 1 to 8). Set algebra over the attribute index; records are read only
// of endpoints that may share an address. Thread-safe.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "audience/audience_service.h"
#include "base/ids.h"
#include "base/result.h"
#include "bitmap/bitmap.h"
#include "campaigns/execution_metrics.h"

namespace pinion::campaigns {

struct RunAudience {
  bitmap::Bitmap targets;
  bitmap::Bitmap duplicates;
  ExecutionMetrics metrics;
};

// `has_content`: whether the campaign says anything to endpoints of a channel.
base::Result<RunAudience> SelectAudience(
    const audience::AudienceService& audience,
    const base::AppId& app,
    const bitmap::Bitmap& members,
    const std::function<bool(std::string_view channel)>& has_content);

// Of these endpoints, at most a few hundred, those whose channel and address another one has that
// comes before them (CMP-607).
base::Result<bitmap::Bitmap> DuplicateAddresses(const audience::AudienceService& audience,
                                                const base::AppId& app,
                                                const std::vector<uint32_t>& ordinals);

}  // namespace pinion::campaigns
