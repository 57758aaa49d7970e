// All that a principal may do: its policy documents and roles, compiled once, when they are set,
// and then asked with every call (AUTH-32 to AUTH-35). Immutable, so it is shared between threads
// without locks; a change of policies makes a new set.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/authorization_request.h"
#include "auth/policy_statement.h"
#include "base/result.h"

namespace pinion::auth {

// AUTH-32: what a key or user may have. Parse itself takes whatever it is given.
inline constexpr size_t kPoliciesMax = 10;
inline constexpr size_t kPolicyCharactersMax = 10'240;
base::Status CheckPolicyLimits(std::span<const std::string> documents_and_role_names);

struct Decision {
  enum class Outcome { kAllow, kExplicitDeny, kImplicitDeny };
  Outcome outcome = Outcome::kImplicitDeny;
  // The Sid of the statement that decided, or its number in its document; a role's name. "" when
  // none did. Lives as long as the set.
  std::string_view statement = {};

  bool allowed() const { return outcome == Outcome::kAllow; }
};

class PolicySet {
 public:
  // Allows nothing.
  PolicySet() = default;

  // Each text is a policy document, which begins with `{`, or the name of a built-in role.
  // kInvalidArgument names the text by its place, "Policies[2].Statement[0].Effect", and the rule.
  static base::Result<PolicySet> Parse(std::span<const std::string> documents_and_role_names);

  // What the role Administrator allows.
  static PolicySet Everything();

  // AUTH-34: a matching Deny refuses; else a matching Allow permits; else refused.
  Decision Evaluate(const AuthorizationRequest& request) const;
  // True for a set that allows everything whatever is asked: then Evaluate need not be.
  bool is_administrator() const { return is_administrator_; }

 private:
  // Denials come first.
  std::vector<PolicyStatement> statements_;
  bool is_administrator_ = false;
};

// The policies of a key or user, as they are set: limits and Parse. kInvalidArgument also when
// there are none.
base::Result<std::shared_ptr<const PolicySet>> CompilePolicies(
    std::span<const std::string> documents_and_role_names);

}  // namespace pinion::auth
