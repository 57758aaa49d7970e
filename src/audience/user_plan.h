// Who belongs to which user after an endpoint update: joining, moving, leaving, and who makes room
// in a full user (AUD-50…55). Pure planning over StagedChanges: nothing is staged before the whole
// update is known to be right.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audience/endpoint_merge.h"
#include "audience/staged_changes.h"

namespace pinion::audience {

struct UserPlan {
  // The changed records, to be put in this order.
  std::vector<std::pair<std::string, UserRecord>> users;
  // The endpoint that a full user gives up, as it will be.
  std::optional<EndpointRecord> displaced;
  // What the updated endpoint shows as its user attributes: in `users`, in the updated record, or
  // staged.
  const Attributes* attributes = nullptr;
};

// `record` is the endpoint with everything else merged and still with its former user; gets the new
// one. kInvalidArgument when the request breaks a rule.
base::Result<UserPlan> PlanUser(const model::EndpointRequest& request,
                                const MergeRules& rules,
                                StagedChanges& staged,
                                EndpointRecord& record);

}  // namespace pinion::audience
