// Time zones by their IANA names, for the date helpers. Thread-safe.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace date {
class time_zone;
}

namespace pinion::templates {

using WallClock = std::chrono::local_time<std::chrono::milliseconds>;

class TimeZone {
 public:
  // Nothing for an unknown name.
  static std::optional<TimeZone> Find(std::string_view name);

  struct Offset {
    std::chrono::seconds from_utc;
    std::string abbreviation;
  };
  Offset OffsetAt(base::Timestamp at) const;
  // A wall-clock time that happens twice is the earlier one; one that is skipped counts with the
  // offset before the gap.
  base::Timestamp ToInstant(WallClock wall_clock) const;

 private:
  explicit TimeZone(const date::time_zone& zone) : zone_(&zone) {}

  // Owned by the zone database, which lives as long as the process.
  const date::time_zone* zone_;
};

}  // namespace pinion::templates
