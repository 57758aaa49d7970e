// The operators of conditions (AUTH-38): their names, and how each compares one value of the
// request with one of the policy. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "auth/policy_pattern.h"
#include "base/result.h"

namespace pinion::auth {

struct ConditionOperator {
  enum class Kind {
    kString,
    kStringIgnoringCase,
    kStringLike,
    kNumeric,
    kDate,
    kBool,
    kBinary,
    kIpAddress,
    kArn,
    kNull,
  };
  // Of numbers and dates: what the request's value must be, seen from the policy's.
  enum class Order { kEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };
  enum class Quantifier { kNone, kForAllValues, kForAnyValue };

  Kind kind = Kind::kString;
  Order order = Order::kEqual;
  bool negated = false;
  bool if_exists = false;
  Quantifier quantifier = Quantifier::kNone;

  // "ForAnyValue:StringLikeIfExists"; nothing for what is no operator. Names are taken in any case.
  static std::optional<ConditionOperator> Parse(std::string_view name);

  PolicyPattern::Syntax::Wildcards wildcards() const;
  // Whether a value of the policy is of the operator's type; kInvalidArgument says what is
  // expected.
  base::Status CheckValue(std::string_view value) const;
  // Without regard to `negated`. Values that are not of the operator's type match nothing.
  bool Matches(std::string_view requested, const Glob& wanted) const;
};

}  // namespace pinion::auth
