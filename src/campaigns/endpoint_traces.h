// What campaigns keep of single endpoints under their ids: who was given or shown an in-app
// message, and events that are still to be answered. Stateless.
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "campaigns/campaign_store.h"

namespace pinion::campaigns {

// Adds to `batch` that these endpoints are forgotten (OPS-63); tells how many traces there are.
// `endpoint_keys` as audience::EndpointKey makes them. Lists of runs name endpoints by ordinal,
// which tells nothing once the endpoint is gone.
base::Result<size_t> ForgetEndpoints(const CampaignStore& campaigns,
                                     const storage::Reader& store,
                                     const base::AppId& app,
                                     const std::set<std::string>& endpoint_keys,
                                     storage::WriteBatch& batch);

}  // namespace pinion::campaigns
