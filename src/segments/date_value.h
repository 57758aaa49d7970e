// A date in a criterion (audience.md section 12): an instant, or a point relative to the moment of
// evaluation such as `NOW-P7D` or `TODAY@Asia/Tokyo+P1M`. Immutable, pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace pinion::segments {

// An ISO 8601 duration; years and months are calendar steps, the rest is exact time.
struct CalendarDuration {
  int sign = 1;
  std::chrono::months months{0};
  std::chrono::days days{0};
  std::chrono::milliseconds time{0};
};

// `P1Y2M3W4DT5H6M7.5S`, weeks included; nothing for anything else.
std::optional<CalendarDuration> ParseDuration(std::string_view text);

// A half-open interval of instants: [begin, end).
struct DayRange {
  base::Timestamp begin;
  base::Timestamp end;
};

class DateValue {
 public:
  // Nothing when the text is neither a timestamp nor a relative date (SEG-41).
  static std::optional<DateValue> Parse(std::string_view text);

  bool is_relative() const { return anchor_ != Anchor::kInstant; }
  base::Timestamp Resolve(base::Timestamp now) const;
  // The calendar day that the date falls into: in UTC, for `TODAY@zone` in that zone (SEG-42).
  DayRange Day(base::Timestamp now) const;
  // As it was written.
  const std::string& text() const { return text_; }

 private:
  enum class Anchor { kInstant, kNow, kToday };
  DateValue() = default;

  std::string text_;
  Anchor anchor_ = Anchor::kInstant;
  base::Timestamp instant_;
  std::string zone_;  // "" is UTC
  CalendarDuration offset_;
};

}  // namespace pinion::segments
