#include "journeys/schedule_rules.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "base/time_of_day.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "journeys/wait_duration.h"
#include "templates/engine/time_zone.h"

namespace pinion::journeys {
namespace {

using std::chrono::seconds;

constexpr std::string_view kUtc = "UTC";
// UTC-12, the last zone to reach any wall clock.
constexpr seconds kWesternmostOffset = -std::chrono::hours(12);
constexpr seconds kDay = std::chrono::days(1);
// JRN-311.
constexpr seconds kRefreshMin = std::chrono::minutes(1);
constexpr seconds kRefreshMax = std::chrono::days(365);
// What a model timestamp reaches up to: the year 9999.
constexpr double kEpochSecondsEnd = 253'402'300'800.0;

// JRN-401, behind `UTC`; nothing there is UTC itself.
constexpr std::array<std::string_view, 37> kOffsets = {
    "+01",    "+02", "+03",    "+03:30", "+04",    "+04:30", "+05",    "+05:30", "+05:45", "+06",
    "+06:30", "+07", "+08",    "+08:45", "+09",    "+09:30", "+10",    "+10:30", "+11",    "+12",
    "+12:45", "+13", "+13:45", "-02",    "-02:30", "-03",    "-03:30", "-04",    "-05",    "-06",
    "-07",    "-08", "-09",    "-09:30", "-10",    "-11",    ""};

std::string Quoted(std::string_view value) {
  return "'" + std::string(base::FirstCodePoints(value, 100)) + "'";
}

void CheckTime(const std::optional<std::string>& text,
               std::string_view member,
               Problems& problems) {
  if (text && !base::ParseIso8601(*text)) {
    problems.Add(code::kSchedule, member, "expected an ISO 8601 time, got " + Quoted(*text) + ".");
  }
}

std::optional<base::Timestamp> InstantOf(const std::optional<std::string>& text) {
  return text ? base::ParseInstant(*text) : std::nullopt;
}

// The offset from UTC of a zone that IsScheduleZone takes.
seconds OffsetOf(std::string_view zone, base::Timestamp at) {
  if (const auto named = templates::TimeZone::Find(zone); named && !zone.starts_with(kUtc)) {
    return named->OffsetAt(at).from_utc;
  }
  const std::string_view offset = zone.substr(std::min(zone.size(), kUtc.size()));
  if (offset.empty()) {
    return seconds(0);
  }
  const std::string minutes = offset.size() > 3 ? std::string(offset.substr(4)) : "00";
  const auto length = base::ParseTimeOfDay(std::string(offset.substr(1, 2)) + ":" + minutes);
  const seconds east = length.value_or(std::chrono::minutes(0));
  return offset.front() == '-' ? -east : east;
}

void NormalizeTime(std::optional<std::string>& text) {
  if (!text) {
    return;
  }
  double epoch_seconds = 0;
  const char* end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, epoch_seconds);
  if (read.ec == std::errc() && read.ptr == end && epoch_seconds >= 0 &&
      epoch_seconds < kEpochSecondsEnd) {
    text = base::FormatIso8601(
        base::TimestampFromMillis(static_cast<int64_t>(std::floor(epoch_seconds * 1000))));
  }
}

void CheckScheduleMembers(const model::JourneySchedule& schedule, Problems& problems) {
  CheckTime(schedule.start_time, "Schedule.StartTime", problems);
  CheckTime(schedule.end_time, "Schedule.EndTime", problems);
  const ScheduleInstants instants = InstantsOf(schedule);
  if (instants.start && instants.end && *instants.end <= *instants.start) {
    problems.Add(code::kSchedule, "Schedule.EndTime", "it must be later than StartTime.");
  }
  if (schedule.timezone && !schedule.timezone->empty() && !IsScheduleZone(*schedule.timezone)) {
    problems.Add(code::kSchedule,
                 "Schedule.Timezone",
                 "expected UTC, an offset such as UTC+01, or a zone name, got " +
                     Quoted(*schedule.timezone) + ".");
  }
}

void CheckQuietTime(const model::QuietTime& quiet, Problems& problems) {
  if (quiet.start.has_value() != quiet.end.has_value()) {
    problems.Add(code::kSchedule, "QuietTime", "it needs both Start and End, or neither.");
  }
  const std::array<std::pair<std::string_view, const std::optional<std::string>*>, 2> members = {
      {{"QuietTime.Start", &quiet.start}, {"QuietTime.End", &quiet.end}}};
  for (const auto& [name, text] : members) {
    if (*text && !base::ParseTimeOfDay(**text)) {
      problems.Add(code::kSchedule, name, "it must be a time of day such as 22:00.");
    }
  }
}

void CheckRefreshFrequency(const std::optional<std::string>& text, Problems& problems) {
  if (!text || text->empty()) {
    return;
  }
  const auto frequency = ParseWaitDuration(*text);
  if (!frequency) {
    problems.Add(code::kSchedule,
                 "RefreshFrequency",
                 "expected an ISO 8601 duration such as PT1H, got " + Quoted(*text) + ".");
  } else if (frequency->count() != 0 && (*frequency < kRefreshMin || *frequency > kRefreshMax)) {
    problems.Add(code::kSchedule, "RefreshFrequency", "it must be from PT1M to P365D, or zero.");
  }
}

struct NamedHours {
  std::string_view channel;
  const std::optional<model::Map<std::vector<model::OpenHoursRule>>>* days;
};

std::array<NamedHours, 5> ChannelsOf(const model::OpenHours& hours) {
  return {{{"CUSTOM", &hours.custom},
           {"EMAIL", &hours.email},
           {"PUSH", &hours.push},
           {"SMS", &hours.sms},
           {"VOICE", &hours.voice}}};
}

// The parsed range of a rule; the rule may say nothing about either end.
struct OpenRange {
  std::optional<seconds> start;
  std::optional<seconds> end;
};

OpenRange RangeOf(const model::OpenHoursRule& rule) {
  return {.start = rule.start_time ? ParseOpenHoursTime(*rule.start_time) : std::nullopt,
          .end = rule.end_time ? ParseOpenHoursTime(*rule.end_time) : std::nullopt};
}

// Calls `visit(path, rule)` for every range.
template <class Visit>
void VisitOpenHours(const model::OpenHours& hours, const Visit& visit) {
  for (const NamedHours& channel : ChannelsOf(hours)) {
    if (!*channel.days) {
      continue;
    }
    for (const auto& [day, rules] : **channel.days) {
      const std::string path = "OpenHours." + std::string(channel.channel) + "." + day;
      for (size_t i = 0; i < rules.size(); ++i) {
        visit(path, i, rules);
      }
    }
  }
}

std::string At(const std::string& path, size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

void CheckOpenHours(const model::OpenHours& hours, Problems& problems) {
  VisitOpenHours(
      hours,
      [&problems](
          const std::string& path, size_t i, const std::vector<model::OpenHoursRule>& rules) {
        if (i == kOpenRangesPerDayMax) {
          problems.Add(code::kSchedule, path, "at most 4 ranges a day.");
        }
        const OpenRange range = RangeOf(rules[i]);
        if ((rules[i].start_time && (!range.start || *range.start >= kDay)) ||
            (rules[i].end_time && !range.end)) {
          problems.Add(code::kSchedule,
                       At(path, i),
                       "StartTime and EndTime must be times of day such as 09:00.");
        } else if (range.start && range.end && *range.end <= *range.start) {
          problems.Add(code::kSchedule, At(path, i), "EndTime must be later than StartTime.");
        }
      });
}

std::array<std::pair<std::string_view, const std::optional<std::vector<model::ClosedDaysRule>>*>, 5>
ChannelsOf(const model::ClosedDays& days) {
  return {{{"CUSTOM", &days.custom},
           {"EMAIL", &days.email},
           {"PUSH", &days.push},
           {"SMS", &days.sms},
           {"VOICE", &days.voice}}};
}

void CheckClosedDays(const model::ClosedDays& days, Problems& problems) {
  for (const auto& [channel, rules] : ChannelsOf(days)) {
    if (!*rules) {
      continue;
    }
    const std::string path = "ClosedDays." + std::string(channel);
    if ((*rules)->size() > kClosedDaysPerChannelMax) {
      problems.Add(code::kSchedule, path, "at most 366 closed days a channel.");
      continue;
    }
    for (size_t i = 0; i < (*rules)->size(); ++i) {
      const model::ClosedDaysRule& rule = (**rules)[i];
      const std::string member = At(path, i);
      CheckTime(rule.start_date_time, member + ".StartDateTime", problems);
      CheckTime(rule.end_date_time, member + ".EndDateTime", problems);
      const auto start = InstantOf(rule.start_date_time);
      const auto end = InstantOf(rule.end_date_time);
      if (start && end && *end <= *start) {
        problems.Add(code::kSchedule, member, "EndDateTime must be later than StartDateTime.");
      }
    }
  }
}

// Whether [start, end) of a day meets the quiet time, which may span midnight.
bool MeetsQuietTime(seconds start, seconds end, seconds quiet_start, seconds quiet_end) {
  if (quiet_start == quiet_end) {
    return false;
  }
  if (quiet_start < quiet_end) {
    return start < quiet_end && quiet_start < end;
  }
  return end > quiet_start || start < quiet_end;
}

void CheckSendingSchedule(const model::WriteJourneyRequest& journey, Problems& problems) {
  const bool has_quiet_time =
      journey.quiet_time && journey.quiet_time->start && journey.quiet_time->end;
  if (!has_quiet_time) {
    problems.Add(code::kSchedule, "SendingSchedule", "true needs QuietTime.");
    return;
  }
  const auto quiet_start = base::ParseTimeOfDay(*journey.quiet_time->start);
  const auto quiet_end = base::ParseTimeOfDay(*journey.quiet_time->end);
  if (journey.open_hours) {
    VisitOpenHours(
        *journey.open_hours,
        [&](const std::string& path, size_t i, const std::vector<model::OpenHoursRule>& rules) {
          const OpenRange range = RangeOf(rules[i]);
          if (!range.start || !range.end) {
            problems.Add(code::kSchedule, At(path, i), "it needs StartTime and EndTime.");
          } else if (quiet_start && quiet_end &&
                     MeetsQuietTime(*range.start, *range.end, *quiet_start, *quiet_end)) {
            problems.Add(code::kSchedule, At(path, i), "it overlaps QuietTime.");
          }
        });
  }
  if (!journey.closed_days) {
    return;
  }
  for (const auto& [channel, rules] : ChannelsOf(*journey.closed_days)) {
    for (size_t i = 0; *rules && i < (*rules)->size(); ++i) {
      if (!(**rules)[i].start_date_time || !(**rules)[i].end_date_time) {
        problems.Add(code::kSchedule,
                     At("ClosedDays." + std::string(channel), i),
                     "it needs StartDateTime and EndDateTime.");
      }
    }
  }
}

}  // namespace

ScheduleInstants InstantsOf(const std::optional<model::JourneySchedule>& schedule) {
  if (!schedule) {
    return {};
  }
  return {.start = InstantOf(schedule->start_time), .end = InstantOf(schedule->end_time)};
}

void NormalizeSchedule(std::optional<model::JourneySchedule>& schedule) {
  if (schedule) {
    NormalizeTime(schedule->start_time);
    NormalizeTime(schedule->end_time);
  }
}

bool IsScheduleZone(std::string_view text) {
  if (text.starts_with(kUtc)) {
    const std::string_view offset = text.substr(kUtc.size());
    return std::find(kOffsets.begin(), kOffsets.end(), offset) != kOffsets.end();
  }
  return templates::TimeZone::Find(text).has_value();
}

std::optional<base::Timestamp> EntryEndsAt(const model::WriteJourneyRequest& journey) {
  const auto end = InstantsOf(journey.schedule).end;
  if (!end || !journey.local_time.value_or(false)) {
    return end;
  }
  return *end + OffsetOf(journey.schedule->timezone.value_or(""), *end) - kWesternmostOffset;
}

std::optional<seconds> ParseOpenHoursTime(std::string_view text) {
  if (text.starts_with('T')) {
    text.remove_prefix(1);
  }
  if (text == "24:00" || text == "24:00:00") {
    return kDay;
  }
  const auto minutes = base::ParseTimeOfDay(text.substr(0, 5));
  if (!minutes || text.size() == 5) {
    return minutes;
  }
  // The seconds have the form of minutes.
  const auto past = base::ParseTimeOfDay("00" + std::string(text.substr(5)));
  return past ? std::optional(*minutes + seconds(past->count())) : std::nullopt;
}

void CheckScheduleForm(const model::WriteJourneyRequest& journey, Problems& problems) {
  if (journey.schedule) {
    CheckScheduleMembers(*journey.schedule, problems);
  }
  if (journey.quiet_time) {
    CheckQuietTime(*journey.quiet_time, problems);
  }
  CheckRefreshFrequency(journey.refresh_frequency, problems);
  if (journey.open_hours) {
    CheckOpenHours(*journey.open_hours, problems);
  }
  if (journey.closed_days) {
    CheckClosedDays(*journey.closed_days, problems);
  }
}

void CheckScheduleForPublication(const model::WriteJourneyRequest& journey,
                                 base::Timestamp now,
                                 Problems& problems) {
  const ScheduleInstants instants = InstantsOf(journey.schedule);
  if (instants.end && *instants.end <= now) {
    problems.Add(code::kSchedule, "Schedule.EndTime", "it must be in the future.");
  }
  if (journey.sending_schedule.value_or(false)) {
    CheckSendingSchedule(journey, problems);
  }
  if (journey.local_time.value_or(false) && journey.start_condition &&
      journey.start_condition->event_start_condition) {
    problems.Add(code::kSchedule, "LocalTime", "true is not possible with event entry.");
  }
}

}  // namespace pinion::journeys
