// Who belongs to which user after an endpoint update: joining, moving, leaving, who makes room in a
// full user, and whose user attributes change with it (AUD-50…55). Pure planning over
// StagedChanges: nothing is staged before the whole update is known to be right.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "audience/endpoint_merge.h"
#include "audience/staged_changes.h"

namespace pinion::audience {

// All endpoints named here have been read.
struct UserPlan {
  // The user's other endpoints, if their user attributes become those of the updated one.
  std::vector<uint32_t> siblings;
  // The endpoint that a full user gives up.
  std::optional<uint32_t> displaced;
};

// `record` is the endpoint with everything else merged and still with its former user; gets the new
// user and its attributes. kInvalidArgument when the request breaks a rule.
base::Result<UserPlan> PlanUser(const model::EndpointRequest& request,
                                const MergeRules& rules,
                                StagedChanges& staged,
                                EndpointRecord& record);

}  // namespace pinion::audience
