#include "segments/event_criteria.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/time_text.h"

namespace pinion::segments {
namespace {

using model::AttributeType;

base::Error Wrong(const std::string& path, std::string_view rule) {
  return base::InvalidArgument("Member '" + path + "': " + std::string(rule));
}

bool ComparesText(AttributeType type) {
  return type == AttributeType::kInclusive || type == AttributeType::kExclusive ||
         type == AttributeType::kContains;
}

bool IsOneOf(const std::vector<std::string>& values, std::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

}  // namespace

base::Result<EventCriteria> EventCriteria::Parse(const model::EventDimensions& dimensions,
                                                 const std::string& path) {
  EventCriteria criteria;
  if (dimensions.event_type) {
    criteria.types_ = dimensions.event_type->values;
    criteria.types_are_excluded_ =
        dimensions.event_type->dimension_type == model::DimensionType::kExclusive;
  }
  for (const auto& [name, dimension] :
       dimensions.attributes.value_or(model::Map<model::AttributeDimension>())) {
    const std::string member = path + ".Attributes." + name + ".Values";
    AttributeCriterion criterion{
        .name = name,
        .type = dimension.attribute_type.value_or(AttributeType::kInclusive),
        .values = dimension.values,
        .dates = {}};
    if (criterion.values.empty()) {
      return Wrong(member, "at least one value is needed.");
    }
    if (!ComparesText(criterion.type)) {
      for (const std::string& value : criterion.values) {
        const auto date = DateValue::Parse(value);
        if (!date) {
          return Wrong(member, "expected ISO 8601 dates or relative ones such as 'NOW-P7D'.");
        }
        criterion.dates.push_back(*date);
      }
    }
    if (criterion.type == AttributeType::kBetween && criterion.dates.size() % 2 != 0) {
      return Wrong(member, "BETWEEN takes pairs, so an even number of values.");
    }
    criteria.attributes_.push_back(std::move(criterion));
  }
  static constexpr std::pair<std::string_view, Comparison> kComparisons[] = {
      {"EQUAL", Comparison::kEqual},
      {"GREATER_THAN", Comparison::kGreater},
      {"LESS_THAN", Comparison::kLess},
      {"GREATER_THAN_OR_EQUAL", Comparison::kGreaterOrEqual},
      {"LESS_THAN_OR_EQUAL", Comparison::kLessOrEqual}};
  for (const auto& [name, dimension] :
       dimensions.metrics.value_or(model::Map<model::MetricDimension>())) {
    const std::string& wanted = dimension.comparison_operator;
    const auto* const found = std::find_if(
        std::begin(kComparisons), std::end(kComparisons), [&wanted](const auto& comparison) {
          return comparison.first == wanted;
        });
    if (found == std::end(kComparisons)) {
      return Wrong(path + ".Metrics." + name + ".ComparisonOperator",
                   "expected EQUAL, GREATER_THAN, LESS_THAN, GREATER_THAN_OR_EQUAL or "
                   "LESS_THAN_OR_EQUAL.");
    }
    criteria.metrics_.push_back(
        {.name = name, .comparison = found->second, .value = dimension.value});
  }
  return criteria;
}

bool EventCriteria::MatchesType(std::string_view type) const {
  return IsOneOf(types_, type) != types_are_excluded_;
}

bool EventCriteria::AttributeCriterion::HoldsDate(base::Timestamp value,
                                                  base::Timestamp now) const {
  for (size_t i = 0; i < dates.size(); ++i) {
    bool holds = false;
    switch (type) {
      case AttributeType::kBefore:
        holds = value < dates[i].Resolve(now);
        break;
      case AttributeType::kAfter:
        holds = value > dates[i].Resolve(now);
        break;
      case AttributeType::kOn: {
        const DayRange day = dates[i].Day(now);
        holds = day.begin <= value && value < day.end;
        break;
      }
      default:  // BETWEEN: pairs, both ends included
        holds = dates[i].Resolve(now) <= value && value <= dates[i + 1].Resolve(now);
        ++i;
        break;
    }
    if (holds) {
      return true;
    }
  }
  return false;
}

bool EventCriteria::AttributeCriterion::Holds(const std::string& value, base::Timestamp now) const {
  switch (type) {
    case AttributeType::kInclusive:
      return IsOneOf(values, value);
    case AttributeType::kExclusive:
      return !IsOneOf(values, value);
    case AttributeType::kContains:
      return std::any_of(values.begin(), values.end(), [&value](const std::string& part) {
        return value.find(part) != std::string::npos;
      });
    default:
      break;
  }
  const std::optional<base::Timestamp> date = base::ParseInstant(value);
  return date && HoldsDate(*date, now);
}

bool EventCriteria::MetricCriterion::Holds(double actual) const {
  switch (comparison) {
    case Comparison::kEqual:
      return actual == value;
    case Comparison::kGreater:
      return actual > value;
    case Comparison::kLess:
      return actual < value;
    case Comparison::kGreaterOrEqual:
      return actual >= value;
    case Comparison::kLessOrEqual:
      return actual <= value;
  }
  return false;
}

bool EventCriteria::Matches(const eventlog::Event& event, base::Timestamp now) const {
  if (!MatchesType(event.event_type)) {
    return false;
  }
  for (const AttributeCriterion& criterion : attributes_) {
    const std::string* value = event.FindAttribute(criterion.name);
    // A missing attribute passes EXCLUSIVE only.
    if (value == nullptr ? criterion.type != AttributeType::kExclusive
                         : !criterion.Holds(*value, now)) {
      return false;
    }
  }
  return std::all_of(metrics_.begin(), metrics_.end(), [&event](const MetricCriterion& criterion) {
    return std::any_of(
        event.metrics.begin(), event.metrics.end(), [&criterion](const auto& metric) {
          return metric.first == criterion.name && criterion.Holds(metric.second);
        });
  });
}

}  // namespace pinion::segments
