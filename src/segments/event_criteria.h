// Which events are meant: the event dimensions of campaigns and journeys (CMP-902, JRN-314), read
// once and asked of many events. Immutable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "eventlog/event.h"
#include "model/common.h"
#include "segments/date_value.h"

namespace pinion::segments {

class EventCriteria {
 public:
  // kInvalidArgument naming the member below `path`.
  static base::Result<EventCriteria> Parse(const model::EventDimensions& dimensions,
                                           const std::string& path);

  // Relative dates are resolved at `now`.
  bool Matches(const eventlog::Event& event, base::Timestamp now) const;

 private:
  struct AttributeCriterion {
    std::string name;
    model::AttributeType type = model::AttributeType::kInclusive;
    std::vector<std::string> values;
    std::vector<DateValue> dates;  // of the types that compare dates

    bool Holds(const std::string& value, base::Timestamp now) const;
    bool HoldsDate(base::Timestamp value, base::Timestamp now) const;
  };
  enum class Comparison { kEqual, kGreater, kLess, kGreaterOrEqual, kLessOrEqual };
  struct MetricCriterion {
    std::string name;
    Comparison comparison = Comparison::kEqual;
    double value = 0;

    bool Holds(double actual) const;
  };

  bool MatchesType(std::string_view type) const;

  std::vector<std::string> types_;
  bool types_are_excluded_ = false;
  std::vector<AttributeCriterion> attributes_;
  std::vector<MetricCriterion> metrics_;
};

}  // namespace pinion::segments
