// Reads policy documents (AUTH-33): IAM's JSON, strictly, so that a policy that is stored means
// what it says. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "auth/policy_statement.h"
#include "base/result.h"

namespace pinion::auth {

// The statements of a document. kInvalidArgument names the member, its path beginning with `where`,
// and the rule: for what is no JSON object, unknown elements, both of a pair or neither, a member
// given twice, an unknown operator, and values that are not of their operator's type.
base::Result<std::vector<PolicyStatement>> ParsePolicyDocument(std::string_view json,
                                                               std::string_view where);

}  // namespace pinion::auth
