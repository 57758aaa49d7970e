// Exact decimal arithmetic on text (TPL-70). Canonical text: optional `-`, digits without leading
// zeros, optional fraction without trailing zeros; zero is `0`. Used by the math helpers and by
// comparisons. Stateless.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pinion::templates {

// More digits than this on either side of the point are no number: the widest double has 309 and
// 324.
constexpr size_t kDecimalDigitsMax = 400;
// Fractional digits of every result.
constexpr size_t kResultDigits = 8;

// Optional sign, digits, optional fraction; nothing for anything else, exponents included.
std::optional<std::string> CanonicalDecimal(std::string_view text);

enum class Arithmetic { kAdd, kSubtract, kMultiply, kDivide, kModulo };

// Rounded half up, away from zero, to kResultDigits. `a` and `b` are canonical. Nothing for a
// division by zero.
std::optional<std::string> Calculate(Arithmetic operation, std::string_view a, std::string_view b);

enum class Rounding { kHalfUp, kFloor, kCeiling };

// `a`, canonical, with at most `digits` fractional digits.
std::string RoundDecimal(std::string_view a, Rounding rounding, size_t digits);

// Both are canonical.
std::strong_ordering CompareDecimals(std::string_view a, std::string_view b);

}  // namespace pinion::templates
