// The roles that every server has (AUTH-32). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/policy_statement.h"

namespace pinion::auth {

// What a role allows; nothing for a name that is no role.
std::optional<std::vector<PolicyStatement>> BuiltInRole(std::string_view name);
// "Administrator, Developer, …", for messages.
std::string BuiltInRoleNames();

}  // namespace pinion::auth
