#include <optional>

#include "templates/engine/decimal.h"
#include "templates/engine/helper_functions.h"
#include "templates/engine/number_text.h"

namespace pinion::templates {
namespace {

Value Number(const HelperCall& call, std::string_view canonical) {
  return Value::Decimal(call.scratch().Copy(canonical));
}

// What is no number, or divides by zero, prints nothing (TPL-70).
Value Apply(const HelperCall& call, Arithmetic operation) {
  const auto a = NumberOf(call.Argument(0), call.scratch());
  const auto b = NumberOf(call.Argument(1), call.scratch());
  if (!a || !b) {
    return Value();
  }
  const std::optional<std::string> result = Calculate(operation, *a, *b);
  return result ? Number(call, *result) : Value();
}

Value Round(const HelperCall& call, Rounding rounding) {
  const auto a = NumberOf(call.Argument(0), call.scratch());
  return a ? Number(call, RoundDecimal(*a, rounding, 0)) : Value();
}

// The argument that is `wanted` compared with every other one.
Value Extreme(const HelperCall& call, std::strong_ordering wanted) {
  std::optional<std::string_view> best;
  for (size_t i = 0; i < call.size(); ++i) {
    const auto candidate = NumberOf(call.Argument(i), call.scratch());
    if (!candidate) {
      return Value();
    }
    if (!best || CompareDecimals(*candidate, *best) == wanted) {
      best = candidate;
    }
  }
  return best ? Number(call, RoundDecimal(*best, Rounding::kHalfUp, kResultDigits)) : Value();
}

}  // namespace

Value HelperAdd(const HelperCall& call) {
  return Apply(call, Arithmetic::kAdd);
}
Value HelperSubtract(const HelperCall& call) {
  return Apply(call, Arithmetic::kSubtract);
}
Value HelperMultiply(const HelperCall& call) {
  return Apply(call, Arithmetic::kMultiply);
}
Value HelperDivide(const HelperCall& call) {
  return Apply(call, Arithmetic::kDivide);
}
Value HelperModulo(const HelperCall& call) {
  return Apply(call, Arithmetic::kModulo);
}
Value HelperCeiling(const HelperCall& call) {
  return Round(call, Rounding::kCeiling);
}
Value HelperFloor(const HelperCall& call) {
  return Round(call, Rounding::kFloor);
}
Value HelperRound(const HelperCall& call) {
  return Round(call, Rounding::kHalfUp);
}

Value HelperAbs(const HelperCall& call) {
  const auto a = NumberOf(call.Argument(0), call.scratch());
  if (!a) {
    return Value();
  }
  const std::string_view magnitude = a->front() == '-' ? a->substr(1) : *a;
  return Number(call, RoundDecimal(magnitude, Rounding::kHalfUp, kResultDigits));
}

Value HelperMin(const HelperCall& call) {
  return Extreme(call, std::strong_ordering::less);
}
Value HelperMax(const HelperCall& call) {
  return Extreme(call, std::strong_ordering::greater);
}

}  // namespace pinion::templates
