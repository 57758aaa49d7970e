// What a policy is asked (AUTH-34): may this action be done to this resource, under the conditions
// that the context knows. Views and references; they live as long as the question.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pinion::auth {

// The name of a condition key (AUTH-39): `aws:ResourceTag/Owner` is {"aws:resourcetag", "Owner"},
// `aws:SourceIp` {"aws:sourceip", ""}. Names are in lower case, for they are compared without
// regard to case; what stands behind the slash is as the policy has it.
struct ConditionKey {
  std::string name;
  std::string tag;

  static ConditionKey Parse(std::string_view text);
};

// Where the values of condition keys come from. Asked only for keys that a policy names, so that
// what is costly to know is looked up only when it counts.
class ConditionContext {
 public:
  virtual ~ConditionContext() = default;
  // None when the request has no such key.
  virtual std::vector<std::string> Values(const ConditionKey& key) const = 0;
};

struct AuthorizationRequest {
  std::string_view action;    // "mobiletargeting:GetApp"
  std::string_view resource;  // an ARN
  const ConditionContext& context;
};

}  // namespace pinion::auth
