#include "journeys/active_update.h"

#include <array>
#include <optional>
#include <utility>

#include "journeys/schedule_rules.h"

namespace pinion::journeys {
namespace {

template <class T>
bool Differs(const std::optional<T>& stored, const std::optional<T>& given) {
  return given && given != stored;
}

template <class T>
void Take(std::optional<T>& stored, const std::optional<T>& given) {
  if (given) {
    stored = given;
  }
}

std::optional<std::string> ZoneOf(const std::optional<model::JourneySchedule>& schedule) {
  return schedule ? schedule->timezone : std::nullopt;
}

}  // namespace

std::string_view FirstLockedChange(const model::WriteJourneyRequest& stored,
                                   const model::WriteJourneyRequest& request) {
  const std::array<std::pair<std::string_view, bool>, 8> changes = {{
      {"State", request.state == model::State::kDraft},
      {"Activities", Differs(stored.activities, request.activities)},
      {"StartActivity", Differs(stored.start_activity, request.start_activity)},
      {"StartCondition", Differs(stored.start_condition, request.start_condition)},
      {"LocalTime", Differs(stored.local_time, request.local_time)},
      // The same instant written in another way is no change.
      {"Schedule.StartTime",
       Differs(InstantsOf(stored.schedule).start, InstantsOf(request.schedule).start)},
      {"Schedule.Timezone", Differs(ZoneOf(stored.schedule), ZoneOf(request.schedule))},
      {"JourneyChannelSettings",
       Differs(stored.journey_channel_settings, request.journey_channel_settings)},
  }};
  for (const auto& [member, changed] : changes) {
    if (changed) {
      return member;
    }
  }
  return {};
}

model::WriteJourneyRequest MergeIntoActive(model::WriteJourneyRequest stored,
                                           const model::WriteJourneyRequest& request) {
  stored.name = request.name;
  Take(stored.limits, request.limits);
  Take(stored.quiet_time, request.quiet_time);
  Take(stored.wait_for_quiet_time, request.wait_for_quiet_time);
  Take(stored.sending_schedule, request.sending_schedule);
  Take(stored.open_hours, request.open_hours);
  Take(stored.closed_days, request.closed_days);
  Take(stored.refresh_frequency, request.refresh_frequency);
  Take(stored.refresh_on_segment_update, request.refresh_on_segment_update);
  Take(stored.timezone_estimation_methods, request.timezone_estimation_methods);
  if (request.schedule && request.schedule->end_time) {
    if (!stored.schedule) {
      stored.schedule.emplace();
    }
    stored.schedule->end_time = request.schedule->end_time;
  }
  return stored;
}

}  // namespace pinion::journeys
