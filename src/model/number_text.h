// JSON's number grammar, and exact integers from it (API-46, API-47). Used by the decoder; pure
// functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pinion::model {

// True for exactly one JSON number, without blanks around it.
bool IsJsonNumber(std::string_view text);

enum class IntegerError { kNotANumber, kFraction, kOutOfRange };

// The integer value of a JSON number such as `5`, `5.0` or `50e-1`, times ten to the power of
// `scale`. On failure `error` tells why. With `truncate` what remains behind the point is dropped
// instead of being a fraction.
struct IntegerRules {
  int64_t min = INT64_MIN;
  int64_t max = INT64_MAX;
  int scale = 0;
  bool truncate = false;
};
std::optional<int64_t> ParseInteger(std::string_view text,
                                    const IntegerRules& rules,
                                    IntegerError& error);

// A finite double from a JSON number; nothing for other text and for magnitudes beyond double.
// Numbers too small for a double are 0.
std::optional<double> ParseDouble(std::string_view text);

}  // namespace pinion::model
