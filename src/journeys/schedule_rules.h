// When a journey may admit and send: Schedule, QuietTime, OpenHours, ClosedDays (journeys.md
// section 4) as a request writes them. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "journeys/problems.h"
#include "model/journeys.h"

namespace pinion::journeys {

// JRN-407, JRN-408.
inline constexpr size_t kOpenRangesPerDayMax = 4;
inline constexpr size_t kClosedDaysPerChannelMax = 366;

// StartTime and EndTime as instants; nothing where a journey has none.
struct ScheduleInstants {
  std::optional<base::Timestamp> start = {};
  std::optional<base::Timestamp> end = {};
};

// Of a schedule that CheckScheduleForm has found nothing wrong with.
ScheduleInstants InstantsOf(const std::optional<model::JourneySchedule>& schedule);

// Writes times that were given as epoch seconds (API-56) as text.
void NormalizeSchedule(std::optional<model::JourneySchedule>& schedule);

// JRN-401: `UTC`, one of the offsets of the table, or an IANA name.
bool IsScheduleZone(std::string_view text);

// When entry is over because of EndTime (JRN-206): EndTime itself, or with LocalTime the moment
// when the last zone on earth has reached its wall clock (JRN-402). Nothing without EndTime.
std::optional<base::Timestamp> EntryEndsAt(const model::WriteJourneyRequest& journey);

// `HH:MM`, `HH:MM:SS`, both also after a `T` (JRN-407); `24:00` as well. Since midnight.
std::optional<std::chrono::seconds> ParseOpenHoursTime(std::string_view text);

// What no draft may have: texts that are no times, no zone or no duration; an end before its start;
// lists that are too long.
void CheckScheduleForm(const model::WriteJourneyRequest& journey, Problems& problems);

// What publication asks beyond the form (code SCHEDULE): an EndTime that is still to come at `now`,
// QuietTime for a SendingSchedule and open hours outside of it, no LocalTime with event entry.
void CheckScheduleForPublication(const model::WriteJourneyRequest& journey,
                                 base::Timestamp now,
                                 Problems& problems);

}  // namespace pinion::journeys
