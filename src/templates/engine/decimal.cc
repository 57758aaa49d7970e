#include "templates/engine/decimal.h"

#include <algorithm>

#include <boost/multiprecision/cpp_int.hpp>

namespace pinion::templates {
namespace {

using Integer = boost::multiprecision::cpp_int;

// coefficient / 10^scale
struct Number {
  Integer coefficient;
  size_t scale = 0;
};

Integer PowerOfTen(size_t exponent) {
  return boost::multiprecision::pow(Integer(10), static_cast<unsigned>(exponent));
}

struct Parts {
  bool negative;
  std::string_view whole;
  std::string_view fraction;
};

Parts Split(std::string_view canonical) {
  const bool negative = canonical.front() == '-';
  if (negative) {
    canonical.remove_prefix(1);
  }
  const size_t point = canonical.find('.');
  return {negative,
          canonical.substr(0, point),
          point == std::string_view::npos ? std::string_view() : canonical.substr(point + 1)};
}

Number Parse(std::string_view canonical) {
  const Parts parts = Split(canonical);
  Number number;
  number.scale = parts.fraction.size();
  // A leading zero would make the library read octal digits.
  std::string digits = std::string(parts.whole) + std::string(parts.fraction);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  number.coefficient = Integer(digits);
  if (parts.negative) {
    number.coefficient = -number.coefficient;
  }
  return number;
}

// Removes the zeros that a canonical text has not.
std::string Canonical(bool negative, std::string_view whole, std::string_view fraction) {
  while (whole.size() > 1 && whole.front() == '0') {
    whole.remove_prefix(1);
  }
  while (!fraction.empty() && fraction.back() == '0') {
    fraction.remove_suffix(1);
  }
  if (whole.empty()) {
    whole = "0";
  }
  std::string text;
  if (negative && (whole != "0" || !fraction.empty())) {
    text += '-';
  }
  text += whole;
  if (!fraction.empty()) {
    text += '.';
    text += fraction;
  }
  return text;
}

std::string Print(const Integer& coefficient, size_t scale) {
  const bool negative = coefficient < 0;
  std::string digits = Integer(negative ? Integer(-coefficient) : coefficient).str();
  if (digits.size() <= scale) {
    digits.insert(0, scale + 1 - digits.size(), '0');
  }
  const size_t point = digits.size() - scale;
  const std::string_view view = digits;
  return Canonical(negative, view.substr(0, point), view.substr(point));
}

// dividend / divisor to the nearest whole number, halves away from zero.
Integer DivideHalfUp(const Integer& dividend, const Integer& divisor) {
  Integer quotient;
  Integer remainder;
  boost::multiprecision::divide_qr(dividend, divisor, quotient, remainder);
  const Integer twice = 2 * boost::multiprecision::abs(remainder);
  if (twice >= boost::multiprecision::abs(divisor)) {
    quotient += (dividend < 0) == (divisor < 0) ? 1 : -1;
  }
  return quotient;
}

Integer DivideFloor(const Integer& dividend, const Integer& divisor) {
  Integer quotient;
  Integer remainder;
  boost::multiprecision::divide_qr(dividend, divisor, quotient, remainder);
  if (remainder < 0) {
    quotient -= 1;
  }
  return quotient;
}

// Brings both to the same scale.
void Align(Number& a, Number& b) {
  const size_t scale = std::max(a.scale, b.scale);
  a.coefficient *= PowerOfTen(scale - a.scale);
  b.coefficient *= PowerOfTen(scale - b.scale);
  a.scale = b.scale = scale;
}

std::string PrintRounded(const Number& number) {
  if (number.scale <= kResultDigits) {
    return Print(number.coefficient, number.scale);
  }
  return Print(DivideHalfUp(number.coefficient, PowerOfTen(number.scale - kResultDigits)),
               kResultDigits);
}

std::strong_ordering CompareDigits(std::string_view a, std::string_view b) {
  return a.compare(b) <=> 0;
}

}  // namespace

std::optional<std::string> CanonicalDecimal(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) {
    text.remove_prefix(1);
  }
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  const auto all_digits = [](std::string_view digits) {
    return std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (whole.size() + fraction.size() == 0 || whole.size() > kDecimalDigitsMax ||
      fraction.size() > kDecimalDigitsMax || !all_digits(whole) || !all_digits(fraction)) {
    return std::nullopt;
  }
  return Canonical(negative, whole, fraction);
}

std::optional<std::string> Calculate(Arithmetic operation,
                                     std::string_view a_text,
                                     std::string_view b_text) {
  Number a = Parse(a_text);
  Number b = Parse(b_text);
  switch (operation) {
    case Arithmetic::kAdd:
      Align(a, b);
      return PrintRounded({a.coefficient + b.coefficient, a.scale});
    case Arithmetic::kSubtract:
      Align(a, b);
      return PrintRounded({a.coefficient - b.coefficient, a.scale});
    case Arithmetic::kMultiply:
      return PrintRounded({a.coefficient * b.coefficient, a.scale + b.scale});
    case Arithmetic::kDivide:
      if (b.coefficient == 0) {
        return std::nullopt;
      }
      Align(a, b);
      return Print(DivideHalfUp(a.coefficient * PowerOfTen(kResultDigits), b.coefficient),
                   kResultDigits);
    case Arithmetic::kModulo:
      if (b.coefficient == 0) {
        return std::nullopt;
      }
      Align(a, b);
      return PrintRounded({a.coefficient % b.coefficient, a.scale});
  }
  return std::nullopt;
}

std::string RoundDecimal(std::string_view text, Rounding rounding, size_t digits) {
  const Number number = Parse(text);
  if (number.scale <= digits) {
    return std::string(text);
  }
  const Integer unit = PowerOfTen(number.scale - digits);
  switch (rounding) {
    case Rounding::kHalfUp:
      return Print(DivideHalfUp(number.coefficient, unit), digits);
    case Rounding::kFloor:
      return Print(DivideFloor(number.coefficient, unit), digits);
    case Rounding::kCeiling:
      return Print(-DivideFloor(-number.coefficient, unit), digits);
  }
  return std::string(text);
}

std::strong_ordering CompareDecimals(std::string_view a_text, std::string_view b_text) {
  const Parts a = Split(a_text);
  const Parts b = Split(b_text);
  if (a.negative != b.negative) {
    return a.negative ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  std::strong_ordering order = a.whole.size() <=> b.whole.size();
  if (order == 0) {
    order = CompareDigits(a.whole, b.whole);
  }
  if (order == 0) {
    // Without trailing zeros, fractions sort like texts.
    order = CompareDigits(a.fraction, b.fraction);
  }
  return a.negative ? 0 <=> order : order;
}

}  // namespace pinion::templates
