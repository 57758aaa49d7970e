#include "campaigns/recurrence.h"

#include <algorithm>

#include "base/time_text.h"

namespace pinion::campaigns {
namespace {

using model::Frequency;
using std::chrono::days;

constexpr std::chrono::hours kHour{1};
constexpr days kWeek{7};

// No two occurrences of a frequency are closer than this; a first guess of an index from it is
// never too small.
std::chrono::milliseconds ShortestPeriod(Frequency frequency) {
  switch (frequency) {
    case Frequency::kHourly:
      return kHour;
    case Frequency::kDaily:
      return days(1);
    case Frequency::kWeekly:
      return kWeek;
    default:
      return days(28);
  }
}

Zone ZoneOf(const model::Schedule& schedule) {
  const auto zone = schedule.timezone ? Zone::Parse(*schedule.timezone) : std::nullopt;
  return zone ? *zone : *Zone::Parse("UTC");
}

templates::WallClock WallClockOf(const model::Schedule& schedule,
                                 const Zone& zone,
                                 base::Timestamp start) {
  const auto written = base::ParseIso8601(schedule.start_time);
  if (written && !written->utc_offset && zone.is_named()) {
    return written->wall_clock;
  }
  return templates::WallClock(start.time_since_epoch() + zone.OffsetAt(start));
}

// The same day of the month `months` later, or that month's last one (CMP-352).
templates::WallClock AddMonths(templates::WallClock wall_clock, int64_t months) {
  const auto day = std::chrono::floor<days>(wall_clock);
  const std::chrono::year_month_day date(day);
  const auto month = std::chrono::year_month(date.year(), date.month()) +
                     std::chrono::months(static_cast<int>(months));
  const std::chrono::year_month_day last(month / std::chrono::last);
  const auto moved = month / std::min(date.day(), last.day());
  return std::chrono::local_days(moved) + (wall_clock - day);
}

}  // namespace

Recurrence::Recurrence(const model::Schedule& schedule, base::Timestamp start)
    : frequency_(FrequencyOf(schedule)),
      start_(start),
      zone_(ZoneOf(schedule)),
      wall_clock_(WallClockOf(schedule, zone_, start)) {}

base::Timestamp Recurrence::At(int64_t k) const {
  switch (frequency_) {
    case Frequency::kHourly:
      return start_ + k * kHour;
    case Frequency::kDaily:
      return zone_.ToInstant(wall_clock_ + days(k));
    case Frequency::kWeekly:
      return zone_.ToInstant(wall_clock_ + k * kWeek);
    case Frequency::kMonthly:
      return zone_.ToInstant(AddMonths(wall_clock_, k));
    default:
      return start_;
  }
}

int64_t Recurrence::IndexUntil(base::Timestamp at) const {
  if (at < At(0)) {
    return -1;
  }
  if (frequency_ == Frequency::kOnce) {
    return 0;
  }
  // A change of the clocks moves an occurrence by less than a period, hence the one more.
  int64_t low = 0;
  int64_t high = (at - start_) / ShortestPeriod(frequency_) + 2;
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    (At(middle) <= at ? low : high) = middle;
  }
  return low;
}

std::optional<base::Timestamp> Recurrence::FirstAfter(base::Timestamp at) const {
  const int64_t next = IndexUntil(at) + 1;
  if (frequency_ == Frequency::kOnce && next > 0) {
    return std::nullopt;
  }
  return At(next);
}

std::optional<base::Timestamp> Recurrence::LastUntil(base::Timestamp at) const {
  const int64_t index = IndexUntil(at);
  return index < 0 ? std::nullopt : std::optional(At(index));
}

}  // namespace pinion::campaigns
