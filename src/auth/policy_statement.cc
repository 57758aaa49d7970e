#include "auth/policy_statement.h"

#include <algorithm>

#include "auth/canonical_request.h"

namespace pinion::auth {
namespace {

using Quantifier = ConditionOperator::Quantifier;

enum class Found { kYes, kNo, kUnset };

// Whether one of the patterns has the resource. kUnset when a variable that would have to be known
// is not: then the statement says nothing about this request.
Found AnyHas(const std::vector<PolicyPattern>& patterns, const AuthorizationRequest& request) {
  Found found = Found::kNo;
  Glob storage;
  for (const PolicyPattern& pattern : patterns) {
    const Glob* glob = pattern.Resolve(request.context, storage);
    if (glob == nullptr) {
      found = Found::kUnset;
    } else if (glob->Matches(request.resource)) {
      return Found::kYes;
    }
  }
  return found;
}

bool AnyMatches(const std::vector<Glob>& globs, std::string_view text) {
  return std::any_of(
      globs.begin(), globs.end(), [&](const Glob& glob) { return glob.Matches(text); });
}

bool ResourceMatches(const PolicyStatement& statement, const AuthorizationRequest& request) {
  if (!statement.resources.empty() && AnyHas(statement.resources, request) != Found::kYes) {
    return false;
  }
  return AnyHas(statement.except_resources, request) == Found::kNo;
}

// AUTH-38: what an operator says of a key that the request does not have. Of no values at all,
// none is any value.
bool HoldsWithoutValue(const ConditionOperator& test) {
  if (test.if_exists || test.quantifier == Quantifier::kForAllValues) {
    return true;
  }
  return test.negated && test.quantifier == Quantifier::kNone;
}

}  // namespace

bool PolicyCondition::Holds(const ConditionContext& context) const {
  // Resolved first: an unset variable makes the statement not match whatever the request has.
  std::vector<Glob> made(values.size());
  std::vector<const Glob*> wanted;
  for (size_t i = 0; i < values.size(); ++i) {
    wanted.push_back(values[i].Resolve(context, made[i]));
    if (wanted.back() == nullptr) {
      return false;
    }
  }
  const std::vector<std::string> requested = context.Values(key);
  if (test.kind == ConditionOperator::Kind::kNull) {
    const bool absent = requested.empty();
    return std::any_of(wanted.begin(), wanted.end(), [&](const Glob* value) {
      return EqualsIgnoringCase(value->Text(), absent ? "true" : "false");
    });
  }
  if (requested.empty()) {
    return HoldsWithoutValue(test);
  }
  const auto matches = [&](const std::string& value) {
    return std::any_of(
        wanted.begin(), wanted.end(), [&](const Glob* glob) { return test.Matches(value, *glob); });
  };
  const auto satisfies = [&](const std::string& value) { return matches(value) != test.negated; };
  switch (test.quantifier) {
    case Quantifier::kForAllValues:
      return std::all_of(requested.begin(), requested.end(), satisfies);
    case Quantifier::kForAnyValue:
      return std::any_of(requested.begin(), requested.end(), satisfies);
    case Quantifier::kNone:
      break;
  }
  return std::any_of(requested.begin(), requested.end(), matches) != test.negated;
}

bool PolicyStatement::Matches(std::string_view action, const AuthorizationRequest& request) const {
  if ((!actions.empty() && !AnyMatches(actions, action)) || AnyMatches(except_actions, action)) {
    return false;
  }
  return ResourceMatches(*this, request) &&
         std::all_of(conditions.begin(), conditions.end(), [&](const PolicyCondition& condition) {
           return condition.Holds(request.context);
         });
}

}  // namespace pinion::auth
