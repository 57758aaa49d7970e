// A segment's criteria as a tree. The parser makes it from the definition, passes rewrite it, the
// evaluator runs it. Plain values; children are owned.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "audience/attribute_index.h"
#include "base/clock.h"
#include "segments/date_value.h"
#include "segments/version_order.h"

namespace pinion::segments {

// A text of an endpoint that criteria compare.
struct TextField {
  enum class Kind {
    kAttribute,      // Attributes.{name}
    kUserAttribute,  // UserAttributes.{name}
    kFixed,          // a field that every endpoint has
    kEndpointId,     // not in the index, asked of the store
    kAddress,        // not in the index, asked of the store
  };
  Kind kind = Kind::kAttribute;
  std::string name;
  audience::FixedField fixed = audience::FixedField::kChannelType;

  bool operator==(const TextField&) const = default;
};

// A stored value equals one of the values.
struct TextIn {
  TextField field;
  std::vector<std::string> values;
  bool operator==(const TextIn&) const = default;
};

// The same with ASCII letters in any case (SEG-33).
struct TextInAnyCase {
  TextField field;
  std::vector<std::string> values;
  bool operator==(const TextInAnyCase&) const = default;
};

// A stored value contains one of the values; "" is in every value.
struct TextContains {
  TextField field;
  std::vector<std::string> values;
  bool operator==(const TextContains&) const = default;
};

// A stored version satisfies one of the conditions.
struct VersionHolds {
  TextField field;
  std::vector<VersionCondition> conditions;
};

enum class DateOperator { kBefore, kAfter, kOn, kBetween };

// A stored text, or a time field, is a date that satisfies the operator for one of the values
// (kBetween: pairs).
struct DateHolds {
  std::variant<TextField, audience::TimeField> field;
  DateOperator op = DateOperator::kBefore;
  std::vector<DateValue> values;
};

// The time field has a value at all.
struct TimePresent {
  audience::TimeField field = audience::TimeField::kCreated;
};

struct MetricHolds {
  std::string name;
  audience::Comparison comparison = audience::Comparison::kEqual;
  double value = 0;
};

// Active within the last `window`.
struct ActiveWithin {
  std::chrono::milliseconds window{0};
};

struct InCircle {
  audience::AttributeIndex::Circle circle;
};

// Member of another segment; without version, of its latest one.
struct InSegment {
  std::string id;
  std::optional<int32_t> version;
};

struct Node;

struct Everybody {};
struct Nobody {};
struct AllOf {
  std::vector<Node> children;
};
struct AnyOf {
  std::vector<Node> children;
};
struct NoneOf {
  std::vector<Node> children;  // members are in none of them
};

struct Node {
  std::variant<Everybody,
               Nobody,
               AllOf,
               AnyOf,
               NoneOf,
               TextIn,
               TextInAnyCase,
               TextContains,
               VersionHolds,
               DateHolds,
               TimePresent,
               MetricHolds,
               ActiveWithin,
               InCircle,
               InSegment>
      value;
};

// One line that shows the tree: `all(in(Attributes.tier; gold), not(active(24h)))`. For tests and
// plans.
std::string Dump(const Node& node);

}  // namespace pinion::segments
