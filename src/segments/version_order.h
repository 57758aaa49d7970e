// The order of software versions (SEG-35), and conditions on them as criteria write them: `>=2.0
// <3` (SEG-34). Pure.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pinion::segments {

// A leading `v` is dropped; parts are split at `.`, `-`, `_`, `+`, digits compare as numbers, a
// missing part is 0, a part that is not digits is less than every number.
std::weak_ordering CompareVersions(std::string_view a, std::string_view b);

struct VersionCondition {
  enum class Operator { kGreaterOrEqual, kLessOrEqual, kGreater, kLess, kEqual };
  struct Bound {
    Operator op;
    std::string version;
    bool operator==(const Bound&) const = default;
  };
  std::vector<Bound> bounds;  // all must hold

  bool Holds(std::string_view version) const;
};

// Whether a criterion's value is meant as a comparison.
bool IsVersionCondition(std::string_view text);
// Nothing when it is malformed.
std::optional<VersionCondition> ParseVersionCondition(std::string_view text);

}  // namespace pinion::segments
