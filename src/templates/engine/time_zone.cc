#include "templates/engine/time_zone.h"

#include <exception>

#include <date/tz.h>

namespace pinion::templates {

std::optional<TimeZone> TimeZone::Find(std::string_view name) {
  try {
    return TimeZone(*date::locate_zone(std::string(name)));
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

TimeZone::Offset TimeZone::OffsetAt(base::Timestamp at) const {
  try {
    const date::sys_info info = zone_->get_info(at);
    return {info.offset, info.abbrev};
  } catch (const std::exception&) {
    // A zone whose data cannot be read counts as UTC.
    return {std::chrono::seconds(0), "UTC"};
  }
}

base::Timestamp TimeZone::ToInstant(WallClock wall_clock) const {
  const date::local_time<std::chrono::milliseconds> local{wall_clock.time_since_epoch()};
  std::chrono::seconds offset{0};
  try {
    offset = zone_->get_info(local).first.offset;
  } catch (const std::exception&) {
    offset = std::chrono::seconds(0);
  }
  return base::Timestamp{wall_clock.time_since_epoch() - offset};
}

}  // namespace pinion::templates
