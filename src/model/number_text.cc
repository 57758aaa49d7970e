#include "model/number_text.h"

#include <charconv>
#include <cmath>

namespace pinion::model {

namespace {

// Exponents beyond this are as good as infinite; keeps the arithmetic on them far from overflow.
constexpr int64_t kExponentMax = 1'000'000'000;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// The parts of a JSON number: value = (-1)^negative * whole.fraction * 10^exponent.
struct NumberParts {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  int64_t exponent = 0;
};

std::string_view TakeDigits(std::string_view& text) {
  size_t count = 0;
  while (count < text.size() && IsDigit(text[count])) {
    ++count;
  }
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

bool TakeChar(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

bool TakeExponent(std::string_view& text, int64_t& exponent) {
  const bool negative = TakeChar(text, '-');
  if (!negative) {
    TakeChar(text, '+');
  }
  const std::string_view digits = TakeDigits(text);
  for (const char digit : digits) {
    exponent = exponent >= kExponentMax ? kExponentMax : exponent * 10 + (digit - '0');
  }
  exponent = negative ? -exponent : exponent;
  return !digits.empty();
}

std::optional<NumberParts> SplitNumber(std::string_view text) {
  NumberParts parts;
  parts.negative = TakeChar(text, '-');
  parts.whole = TakeDigits(text);
  if (parts.whole.empty() || (parts.whole.size() > 1 && parts.whole.front() == '0')) {
    return std::nullopt;
  }
  if (TakeChar(text, '.')) {
    parts.fraction = TakeDigits(text);
    if (parts.fraction.empty()) {
      return std::nullopt;
    }
  }
  if (TakeChar(text, 'e') || TakeChar(text, 'E')) {
    if (!TakeExponent(text, parts.exponent)) {
      return std::nullopt;
    }
  }
  return text.empty() ? std::optional(parts) : std::nullopt;
}

bool IsZero(const NumberParts& parts) {
  return parts.whole == "0" && parts.fraction.find_first_not_of('0') == std::string_view::npos;
}

// Appends a decimal digit to a value that is kept negative, so that INT64_MIN fits.
bool PushDigit(int64_t& negative_value, int digit) {
  int64_t scaled = 0;
  return !__builtin_mul_overflow(negative_value, int64_t{10}, &scaled) &&
         !__builtin_sub_overflow(scaled, int64_t{digit}, &negative_value);
}

std::optional<int64_t> Compose(const NumberParts& parts,
                               const IntegerRules& rules,
                               IntegerError& error) {
  // Digits that stand before the point once the exponent has moved it.
  const int64_t kept = static_cast<int64_t>(parts.whole.size()) + parts.exponent + rules.scale;
  int64_t negative_value = 0;
  int64_t index = 0;
  for (const std::string_view digits : {parts.whole, parts.fraction}) {
    for (const char c : digits) {
      if (index++ >= kept) {
        if (c != '0' && !rules.truncate) {
          error = IntegerError::kFraction;
          return std::nullopt;
        }
      } else if (!PushDigit(negative_value, c - '0')) {
        error = IntegerError::kOutOfRange;
        return std::nullopt;
      }
    }
  }
  for (; index < kept && negative_value != 0; ++index) {
    if (!PushDigit(negative_value, 0)) {
      error = IntegerError::kOutOfRange;
      return std::nullopt;
    }
  }
  if (!parts.negative && negative_value == INT64_MIN) {
    error = IntegerError::kOutOfRange;
    return std::nullopt;
  }
  return parts.negative ? negative_value : -negative_value;
}

// Power of ten of the first digit that is not zero.
int64_t Magnitude(const NumberParts& parts) {
  if (parts.whole != "0") {
    return static_cast<int64_t>(parts.whole.size()) + parts.exponent;
  }
  return parts.exponent - static_cast<int64_t>(parts.fraction.find_first_not_of('0'));
}

}  // namespace

bool IsJsonNumber(std::string_view text) {
  return SplitNumber(text).has_value();
}

std::optional<int64_t> ParseInteger(std::string_view text,
                                    const IntegerRules& rules,
                                    IntegerError& error) {
  const std::optional<NumberParts> parts = SplitNumber(text);
  if (!parts) {
    error = IntegerError::kNotANumber;
    return std::nullopt;
  }
  if (IsZero(*parts)) {
    return 0;
  }
  const std::optional<int64_t> value = Compose(*parts, rules, error);
  if (value && (*value < rules.min || *value > rules.max)) {
    error = IntegerError::kOutOfRange;
    return std::nullopt;
  }
  return value;
}

std::optional<double> ParseDouble(std::string_view text) {
  const std::optional<NumberParts> parts = SplitNumber(text);
  if (!parts) {
    return std::nullopt;
  }
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc::result_out_of_range) {
    // Out of range means too large or too small; only the former is an error.
    return IsZero(*parts) || Magnitude(*parts) < 0 ? std::optional(0.0) : std::nullopt;
  }
  return result.ec == std::errc{} && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace pinion::model
