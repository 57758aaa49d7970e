#include "segments/expression.h"

#include <array>

#include <fmt/format.h>

#include "base/json_text.h"

namespace pinion::segments {
namespace {

using audience::FixedField;
using audience::TimeField;

// By the number of the field: the facets, then the others.
constexpr std::array<std::string_view, audience::kFixedFieldCount> kFixedNames = {"AppVersion",
                                                                                  "Locale",
                                                                                  "Make",
                                                                                  "Model",
                                                                                  "ModelVersion",
                                                                                  "Platform",
                                                                                  "PlatformVersion",
                                                                                  "Timezone",
                                                                                  "City",
                                                                                  "Country",
                                                                                  "PostalCode",
                                                                                  "Region",
                                                                                  "ChannelType",
                                                                                  "EndpointStatus",
                                                                                  "OptOut",
                                                                                  "UserId",
                                                                                  "CohortId"};

std::string Show(const TextField& field) {
  switch (field.kind) {
    case TextField::Kind::kAttribute:
      return "Attributes." + field.name;
    case TextField::Kind::kUserAttribute:
      return "UserAttributes." + field.name;
    case TextField::Kind::kFixed:
      return std::string(kFixedNames[static_cast<size_t>(field.fixed)]);
    case TextField::Kind::kEndpointId:
      return "EndpointId";
    case TextField::Kind::kAddress:
      return "Address";
  }
  return "";
}

std::string Show(TimeField field) {
  switch (field) {
    case TimeField::kCreated:
      return "CreationDate";
    case TimeField::kEffective:
      return "EffectiveDate";
    case TimeField::kLastActive:
      return "LastActiveDate";
  }
  return "";
}

std::string_view Show(DateOperator op) {
  switch (op) {
    case DateOperator::kBefore:
      return "before";
    case DateOperator::kAfter:
      return "after";
    case DateOperator::kOn:
      return "on";
    case DateOperator::kBetween:
      return "between";
  }
  return "";
}

std::string_view Show(audience::Comparison comparison) {
  switch (comparison) {
    case audience::Comparison::kLess:
      return "<";
    case audience::Comparison::kLessOrEqual:
      return "<=";
    case audience::Comparison::kEqual:
      return "=";
    case audience::Comparison::kGreaterOrEqual:
      return ">=";
    case audience::Comparison::kGreater:
      return ">";
  }
  return "";
}

template <class Items, class ShowItem>
std::string Join(const Items& items, const ShowItem& show) {
  std::string text;
  for (const auto& item : items) {
    text += (text.empty() ? "" : ", ") + std::string(show(item));
  }
  return text;
}

template <class Field>
std::string Values(std::string_view name,
                   const Field& field,
                   const std::vector<std::string>& values) {
  return fmt::format("{}({}; {})", name, Show(field), Join(values, [](const std::string& value) {
                       return value;
                     }));
}

struct Shower {
  std::string operator()(const Everybody&) const { return "everybody"; }
  std::string operator()(const Nobody&) const { return "nobody"; }
  std::string operator()(const AllOf& all) const { return "all(" + Join(all.children, Dump) + ")"; }
  std::string operator()(const AnyOf& any) const { return "any(" + Join(any.children, Dump) + ")"; }
  std::string operator()(const NoneOf& none) const {
    return "none(" + Join(none.children, Dump) + ")";
  }
  std::string operator()(const TextIn& in) const { return Values("in", in.field, in.values); }
  std::string operator()(const TextInAnyCase& in) const {
    return Values("in_any_case", in.field, in.values);
  }
  std::string operator()(const TextContains& in) const {
    return Values("contains", in.field, in.values);
  }
  std::string operator()(const VersionHolds& version) const {
    return fmt::format(
        "version({}; {} conditions)", Show(version.field), version.conditions.size());
  }
  std::string operator()(const DateHolds& date) const {
    const std::string field = std::visit([](const auto& of) { return Show(of); }, date.field);
    return fmt::format("{}({}; {})",
                       Show(date.op),
                       field,
                       Join(date.values, [](const DateValue& value) { return value.text(); }));
  }
  std::string operator()(const TimePresent& time) const {
    return "present(" + Show(time.field) + ")";
  }
  std::string operator()(const MetricHolds& metric) const {
    return fmt::format(
        "Metrics.{} {} {}", metric.name, Show(metric.comparison), base::JsonDouble(metric.value));
  }
  std::string operator()(const ActiveWithin& active) const {
    return fmt::format("active({}h)",
                       std::chrono::duration_cast<std::chrono::hours>(active.window).count());
  }
  std::string operator()(const InCircle& in) const {
    return fmt::format("circle({}, {}; {} km)",
                       base::JsonDouble(in.circle.latitude),
                       base::JsonDouble(in.circle.longitude),
                       base::JsonDouble(in.circle.kilometers));
  }
  std::string operator()(const InSegment& in) const {
    return in.version ? fmt::format("segment({} v{})", in.id, *in.version)
                      : fmt::format("segment({})", in.id);
  }
};

}  // namespace

std::string Dump(const Node& node) {
  return std::visit(Shower{}, node.value);
}

}  // namespace pinion::segments
