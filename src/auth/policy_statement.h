// One statement of a policy in the form in which it is evaluated (AUTH-34, AUTH-35). Immutable once
// made; may be shared between threads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/authorization_request.h"
#include "auth/condition_operator.h"
#include "auth/policy_pattern.h"

namespace pinion::auth {

struct PolicyCondition {
  ConditionOperator test;
  ConditionKey key;
  // One suffices; of negated operators none may match.
  std::vector<PolicyPattern> values;

  bool Holds(const ConditionContext& context) const;
};

struct PolicyStatement {
  enum class Effect { kAllow, kDeny };

  // The Sid, or the statement's number in its document.
  std::string label;
  Effect effect = Effect::kDeny;
  // In lower case, for actions match without regard to case. No `actions` means every one; none of
  // `except_actions` may match. Resources likewise.
  std::vector<Glob> actions;
  std::vector<Glob> except_actions;
  std::vector<PolicyPattern> resources;
  std::vector<PolicyPattern> except_resources;
  std::vector<PolicyCondition> conditions;

  // `action` is in lower case.
  bool Matches(std::string_view action, const AuthorizationRequest& request) const;
};

}  // namespace pinion::auth
