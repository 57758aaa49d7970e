// What policies call an operation: its action, and the resource that it addresses (section 7 of the
// wire protocol, AUTH-36, AUTH-37). Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/operation.h"

namespace pinion::api {

struct PolicyTarget {
  std::string action;    // "mobiletargeting:GetCampaigns", "pinion:Read"
  std::string resource;  // the part of the ARN behind the account: "apps/x"
  // What the path addresses, whatever policies call it: "apps/x/campaigns". Its tags count.
  std::string path;
  // Any known caller may (WhoAmI, GetOpenApi).
  bool open = false;
};

// `parameters` are those of the operation's path, decoded, in their order.
PolicyTarget PolicyTargetOf(const model::OperationDescriptor& operation,
                            std::span<const std::string> parameters);

// The operations whose path has the ARN that they are about.
bool NamesItsResource(const model::OperationDescriptor& operation);

}  // namespace pinion::api
