// Who a run is for: the members of the segment after the filters that are decided once, at its
// start (CMP-602, CMP-604 no. 1 to 8). Set algebra over the attribute index; records are read only
// of endpoints that may share an address. Thread-safe.
#pragma once

#include <functional>
#include <string_view>

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

}  // namespace pinion::campaigns
