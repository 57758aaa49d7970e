#include "campaigns/campaign_schedule.h"

#include <string>

#include "base/time_text.h"

namespace pinion::campaigns {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr minutes kOffsetMin = -hours(12);
constexpr minutes kOffsetMax = hours(14);

bool EqualsIgnoringCase(std::string_view text, std::string_view upper) {
  if (text.size() != upper.size()) {
    return false;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c) != upper[i]) {
      return false;
    }
  }
  return true;
}

// One or two digits; nothing for anything else.
std::optional<int> ParseDigits(std::string_view text) {
  if (text.empty() || text.size() > 2) {
    return std::nullopt;
  }
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    value = value * 10 + (c - '0');
  }
  return value;
}

// `+5`, `-03:30`, …
std::optional<minutes> ParseOffset(std::string_view text) {
  if (text.empty() || (text[0] != '+' && text[0] != '-')) {
    return std::nullopt;
  }
  const bool west = text[0] == '-';
  text.remove_prefix(1);
  const size_t colon = text.find(':');
  const std::optional<int> hour = ParseDigits(text.substr(0, colon));
  std::optional<int> minute = 0;
  if (colon != std::string_view::npos) {
    const std::string_view rest = text.substr(colon + 1);
    minute = rest.size() == 2 ? ParseDigits(rest) : std::nullopt;
  }
  if (!hour || !minute || *minute > 59) {
    return std::nullopt;
  }
  const minutes offset = hours(*hour) + minutes(*minute);
  return west ? -offset : offset;
}

// HH:MM from 00:00 to 23:59.
std::optional<minutes> ParseTimeOfDay(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') {
    return std::nullopt;
  }
  const std::optional<int> hour = ParseDigits(text.substr(0, 2));
  const std::optional<int> minute = ParseDigits(text.substr(3));
  if (!hour || !minute || *hour > 23 || *minute > 59) {
    return std::nullopt;
  }
  return hours(*hour) + minutes(*minute);
}

base::Error Invalid(std::string_view member, std::string_view name, std::string_view rule) {
  return base::InvalidArgument("Member '" + std::string(member) + "." + std::string(name) +
                               "': " + std::string(rule));
}

base::Result<base::Timestamp> InstantOf(std::string_view text,
                                        const std::optional<Zone>& zone,
                                        std::string_view member,
                                        std::string_view name) {
  const std::optional<base::WrittenTimestamp> written = base::ParseIso8601(text);
  if (!written) {
    return Invalid(member, name, "expected a timestamp such as 2026-04-28T09:00:00Z.");
  }
  if (!written->utc_offset && zone && zone->is_named()) {
    return zone->ToInstant(written->wall_clock);
  }
  return written->InUtcByDefault();
}

base::Status CheckQuietTime(const model::QuietTime& quiet, std::string_view member) {
  if (quiet.start.has_value() != quiet.end.has_value()) {
    return Invalid(member, "QuietTime", "it needs both Start and End, or neither.");
  }
  if (quiet.start && !(ParseTimeOfDay(*quiet.start) && ParseTimeOfDay(*quiet.end))) {
    return Invalid(member, "QuietTime", "Start and End must be times of day such as 22:00.");
  }
  return {};
}

base::Status CheckEventFilter(const model::Schedule& schedule, std::string_view member) {
  const model::Frequency frequency = FrequencyOf(schedule);
  const bool by_event =
      frequency == model::Frequency::kEvent || frequency == model::Frequency::kInAppEvent;
  if (by_event && !schedule.event_filter) {
    return Invalid(member, "EventFilter", "it is required with this Frequency.");
  }
  if (!by_event && schedule.event_filter) {
    return Invalid(member, "EventFilter", "it goes with Frequency EVENT or IN_APP_EVENT only.");
  }
  if (by_event) {
    const auto& type = schedule.event_filter->dimensions.event_type;
    if (!type || type->values.empty()) {
      return Invalid(
          member, "EventFilter.Dimensions.EventType.Values", "at least one event type is needed.");
    }
  }
  return {};
}

}  // namespace

std::optional<Zone> Zone::Parse(std::string_view text) {
  Zone zone;
  if (EqualsIgnoringCase(text, "UTC")) {
    return zone;
  }
  if (EqualsIgnoringCase(text.substr(0, 3), "UTC")) {
    const std::optional<minutes> offset = ParseOffset(text.substr(3));
    if (!offset || *offset < kOffsetMin || *offset > kOffsetMax) {
      return std::nullopt;
    }
    zone.offset_ = *offset;
    return zone;
  }
  zone.named_ = templates::TimeZone::Find(text);
  return zone.named_ ? std::optional(zone) : std::nullopt;
}

base::Timestamp Zone::ToInstant(templates::WallClock wall_clock) const {
  return named_ ? named_->ToInstant(wall_clock)
                : base::Timestamp(wall_clock.time_since_epoch() - offset_);
}

seconds Zone::OffsetAt(base::Timestamp at) const {
  return named_ ? named_->OffsetAt(at).from_utc : offset_;
}

model::Frequency FrequencyOf(const model::Schedule& schedule) {
  return schedule.frequency.value_or(model::Frequency::kOnce);
}

base::Result<ScheduleInstants> CheckSchedule(const model::Schedule& schedule,
                                             std::string_view member,
                                             base::Timestamp now) {
  std::optional<Zone> zone;
  if (schedule.timezone) {
    zone = Zone::Parse(*schedule.timezone);
    if (!zone) {
      return Invalid(member, "Timezone", "expected UTC, an offset such as UTC+01, or a zone name.");
    }
  }
  ScheduleInstants instants{.start = now, .end = std::nullopt};
  if (!EqualsIgnoringCase(schedule.start_time, "IMMEDIATE")) {
    PINION_TRY(instants.start, InstantOf(schedule.start_time, zone, member, "StartTime"));
  }
  if (schedule.end_time) {
    PINION_TRY(instants.end, InstantOf(*schedule.end_time, zone, member, "EndTime"));
    if (*instants.end <= instants.start) {
      return Invalid(member, "EndTime", "it must be later than StartTime.");
    }
  }
  if (schedule.quiet_time) {
    PINION_CHECK(CheckQuietTime(*schedule.quiet_time, member));
  }
  PINION_CHECK(CheckEventFilter(schedule, member));
  return instants;
}

std::optional<QuietHours> QuietHours::Of(const model::QuietTime& quiet_time) {
  const std::optional<minutes> start = ParseTimeOfDay(quiet_time.start.value_or(""));
  const std::optional<minutes> end = ParseTimeOfDay(quiet_time.end.value_or(""));
  if (!start || !end || *start == *end) {
    return std::nullopt;
  }
  return QuietHours(*start, *end);
}

bool QuietHours::Covers(base::Timestamp at, std::string_view zone_name) const {
  const std::optional<Zone> zone = zone_name.empty() ? std::nullopt : Zone::Parse(zone_name);
  if (!zone) {
    return false;
  }
  const auto local = at.time_since_epoch() + zone->OffsetAt(at);
  const auto of_day = local - std::chrono::floor<std::chrono::days>(local);
  return start_ < end_ ? of_day >= start_ && of_day < end_ : of_day >= start_ || of_day < end_;
}

}  // namespace pinion::campaigns
