#include <compare>
#include <optional>

#include "templates/engine/decimal.h"
#include "templates/engine/helper_functions.h"
#include "templates/engine/number_text.h"

namespace pinion::templates {
namespace {

bool IsEqual(const HelperCall& call) {
  const Value a = call.Argument(0).Single();
  const Value b = call.Argument(1).Single();
  if (a.absent() || b.absent()) {
    return a.absent() && b.absent();
  }
  Scratch& scratch = call.scratch();
  if (a.is_number() || b.is_number()) {
    const auto a_number = NumberOf(a, scratch);
    const auto b_number = NumberOf(b, scratch);
    return a_number && b_number && *a_number == *b_number;
  }
  return TextOf(a, scratch) == TextOf(b, scratch);
}

// Nothing if a side is missing (TPL-64).
std::optional<std::strong_ordering> Order(const HelperCall& call) {
  const Value a = call.Argument(0).Single();
  const Value b = call.Argument(1).Single();
  if (a.absent() || b.absent()) {
    return std::nullopt;
  }
  Scratch& scratch = call.scratch();
  const auto a_number = NumberOf(a, scratch);
  const auto b_number = NumberOf(b, scratch);
  if (a_number && b_number) {
    return CompareDecimals(*a_number, *b_number);
  }
  // The bytes of UTF-8 sort like code points.
  return TextOf(a, scratch).compare(TextOf(b, scratch)) <=> 0;
}

}  // namespace

Value HelperAnd(const HelperCall& call) {
  for (size_t i = 0; i < call.size(); ++i) {
    if (!call.Argument(i).Truthy()) {
      return Value::Bool(false);
    }
  }
  return Value::Bool(true);
}

Value HelperOr(const HelperCall& call) {
  for (size_t i = 0; i < call.size(); ++i) {
    if (call.Argument(i).Truthy()) {
      return Value::Bool(true);
    }
  }
  return Value::Bool(false);
}

Value HelperNot(const HelperCall& call) {
  return Value::Bool(!call.Argument(0).Truthy());
}

Value HelperIf(const HelperCall& call) {
  const Value value = call.Argument(0);
  const bool zero_counts = call.Hash("includeZero").Truthy() && value.Single().is_number();
  return Value::Bool(zero_counts || value.Truthy());
}

Value HelperUnless(const HelperCall& call) {
  return Value::Bool(!HelperIf(call).bool_value());
}

Value HelperEqual(const HelperCall& call) {
  return Value::Bool(IsEqual(call));
}

Value HelperNotEqual(const HelperCall& call) {
  return Value::Bool(!IsEqual(call));
}

Value HelperGreater(const HelperCall& call) {
  const auto order = Order(call);
  return Value::Bool(order && *order > 0);
}

Value HelperGreaterOrEqual(const HelperCall& call) {
  const auto order = Order(call);
  return Value::Bool(order && *order >= 0);
}

Value HelperLess(const HelperCall& call) {
  const auto order = Order(call);
  return Value::Bool(order && *order < 0);
}

Value HelperLessOrEqual(const HelperCall& call) {
  const auto order = Order(call);
  return Value::Bool(order && *order <= 0);
}

}  // namespace pinion::templates
