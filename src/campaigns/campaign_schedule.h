// Schedules as campaigns write them: instants, zones, quiet time (campaigns.md sections 3 and 9).
// Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "model/campaigns.h"
#include "templates/engine/time_zone.h"

namespace pinion::campaigns {

// `UTC`, an offset from it, or a zone by its IANA name.
class Zone {
 public:
  // CMP-305; also the zones of endpoints (CMP-306). Nothing for anything else.
  static std::optional<Zone> Parse(std::string_view text);

  bool is_named() const { return named_.has_value(); }
  base::Timestamp ToInstant(templates::WallClock wall_clock) const;
  std::chrono::seconds OffsetAt(base::Timestamp at) const;

 private:
  std::optional<templates::TimeZone> named_;
  std::chrono::seconds offset_{0};
};

// Instants of a schedule; `start` of IMMEDIATE is when it was asked for.
struct ScheduleInstants {
  base::Timestamp start;
  std::optional<base::Timestamp> end;
};

// `member` is the path of the schedule for messages: "Schedule". kInvalidArgument for what sections
// 2 and 3 refuse in a schedule by itself; whether EndTime is still to come is the caller's to
// judge.
base::Result<ScheduleInstants> CheckSchedule(const model::Schedule& schedule,
                                             std::string_view member,
                                             base::Timestamp now);

// ONCE if none is given (CMP-205).
model::Frequency FrequencyOf(const model::Schedule& schedule);

// Quiet hours of a day; Start later than End spans midnight (CMP-808).
class QuietHours {
 public:
  // Nothing when there is no quiet time: not set, malformed, or Start equals End.
  static std::optional<QuietHours> Of(const model::QuietTime& quiet_time);
  // Whether it is quiet at `at` where the zone is that an endpoint names; never without a zone.
  bool Covers(base::Timestamp at, std::string_view zone_name) const;

 private:
  QuietHours(std::chrono::minutes start, std::chrono::minutes end) : start_(start), end_(end) {}
  std::chrono::minutes start_;
  std::chrono::minutes end_;
};

}  // namespace pinion::campaigns
