#include "journeys/definition_rules.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/time_text.h"
#include "base/utf8.h"
#include "journeys/graph.h"
#include "journeys/schedule_rules.h"
#include "journeys/wait_duration.h"

namespace pinion::journeys {
namespace {

// White space beyond ASCII, which is no letter whatever else may be one (JRN-104).
constexpr std::array<std::string_view, 18> kBlanks = {"\xC2\xA0",
                                                      "\xE1\x9A\x80",
                                                      "\xE2\x80\x80",
                                                      "\xE2\x80\x81",
                                                      "\xE2\x80\x82",
                                                      "\xE2\x80\x83",
                                                      "\xE2\x80\x84",
                                                      "\xE2\x80\x85",
                                                      "\xE2\x80\x86",
                                                      "\xE2\x80\x87",
                                                      "\xE2\x80\x88",
                                                      "\xE2\x80\x89",
                                                      "\xE2\x80\x8A",
                                                      "\xE2\x80\xA8",
                                                      "\xE2\x80\xA9",
                                                      "\xE2\x80\xAF",
                                                      "\xE2\x81\x9F",
                                                      "\xE3\x80\x80"};

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

// Beyond ASCII every character but a blank is taken: telling letters from signs there needs Unicode
// tables, and a sign in a name does no harm.
bool IsName(std::string_view name) {
  const bool characters = std::all_of(name.begin(), name.end(), [](char c) {
    return IsWordCharacter(c) || c == '.' || static_cast<unsigned char>(c) >= 0x80;
  });
  const bool blank = std::any_of(kBlanks.begin(), kBlanks.end(), [name](std::string_view b) {
    return name.find(b) != std::string_view::npos;
  });
  return characters && !blank && !name.empty() && base::CountCodePoints(name) <= kNameCharactersMax;
}

bool IsActivityId(std::string_view id) {
  return !id.empty() && id.size() <= kActivityIdCharactersMax &&
         std::all_of(id.begin(), id.end(), IsWordCharacter);
}

std::string Quoted(std::string_view value) {
  return "'" + std::string(base::FirstCodePoints(value, 100)) + "'";
}

void CheckRange(std::string_view member,
                const std::optional<int32_t>& value,
                int32_t max,
                Problems& problems) {
  if (value && (*value < 0 || *value > max)) {
    problems.Add(code::kLimits, member, "it must be from 0 to " + std::to_string(max) + ".");
  }
}

void CheckLimits(const model::JourneyLimits& limits, Problems& problems) {
  CheckRange("Limits.DailyCap", limits.daily_cap, kCapMax, problems);
  CheckRange("Limits.TotalCap", limits.total_cap, kCapMax, problems);
  CheckRange("Limits.EndpointReentryCap", limits.endpoint_reentry_cap, kReentryCapMax, problems);
  CheckRange(
      "Limits.MessagesPerSecond", limits.messages_per_second, kMessagesPerSecondMax, problems);
  if (limits.timeframe_cap) {
    CheckRange("Limits.TimeframeCap.Cap", limits.timeframe_cap->cap, kCapMax, problems);
    CheckRange("Limits.TimeframeCap.Days", limits.timeframe_cap->days, kTimeframeDaysMax, problems);
  }
  const std::string interval = limits.endpoint_reentry_interval.value_or("");
  if (!interval.empty() && !ParseWaitDuration(interval)) {
    problems.Add(code::kLimits,
                 "Limits.EndpointReentryInterval",
                 "expected an ISO 8601 duration such as P7D, got " + Quoted(interval) + ".");
  }
}

void CheckWaitTime(std::string_view id,
                   const std::string& path,
                   const std::optional<model::WaitTime>& wait,
                   Problems& problems) {
  if (!wait) {
    return;
  }
  if (wait->wait_for) {
    const auto length = ParseWaitDuration(*wait->wait_for);
    if (!length) {
      problems.Add(id,
                   code::kWait,
                   path + ".WaitFor",
                   "expected a duration in weeks, or in days, hours, minutes and seconds, such as "
                   "P3D or PT1H, got " +
                       Quoted(*wait->wait_for) + ".");
    } else if (*length < kWaitMin || *length > kWaitMax) {
      problems.Add(id, code::kWait, path + ".WaitFor", "it must be from PT1S to P3650D.");
    }
  }
  if (wait->wait_until && !base::ParseIso8601(*wait->wait_until)) {
    problems.Add(id,
                 code::kWait,
                 path + ".WaitUntil",
                 "expected an ISO 8601 time, got " + Quoted(*wait->wait_until) + ".");
  }
}

void CheckPercentage(std::string_view id,
                     const std::string& path,
                     const std::optional<int32_t>& percentage,
                     Problems& problems) {
  if (percentage && (*percentage < 0 || *percentage > 100)) {
    problems.Add(id, code::kPercent, path, "it must be from 0 to 100.");
  }
}

void CheckMessageConfigs(std::string_view id,
                         const std::string& path,
                         const model::Activity& activity,
                         Problems& problems) {
  if (activity.push && activity.push->message_config) {
    const std::string live = activity.push->message_config->time_to_live.value_or("");
    if (live.find_first_not_of("0123456789") != std::string::npos || live.size() > 10) {
      problems.Add(id,
                   code::kDefinition,
                   path + ".PUSH.MessageConfig.TimeToLive",
                   "it must be a number of seconds.");
    }
  }
  if (activity.custom && activity.custom->message_config) {
    const std::string data = activity.custom->message_config->data.value_or("");
    if (base::CountCodePoints(data) > kCustomDataCharactersMax) {
      problems.Add(
          id, code::kTooMany, path + ".CUSTOM.MessageConfig.Data", "at most 5000 characters.");
    }
  }
}

void CheckActivity(std::string_view id, const model::Activity& activity, Problems& problems) {
  const std::string path = ActivityPath(id);
  CheckMessageConfigs(id, path, activity, problems);
  if (activity.wait) {
    CheckWaitTime(id, path + ".Wait.WaitTime", activity.wait->wait_time, problems);
  }
  if (activity.conditional_split) {
    CheckWaitTime(id,
                  path + ".ConditionalSplit.EvaluationWaitTime",
                  activity.conditional_split->evaluation_wait_time,
                  problems);
  }
  if (activity.multi_condition) {
    CheckWaitTime(id,
                  path + ".MultiCondition.EvaluationWaitTime",
                  activity.multi_condition->evaluation_wait_time,
                  problems);
  }
  if (activity.holdout) {
    CheckPercentage(id, path + ".Holdout.Percentage", activity.holdout->percentage, problems);
  }
  if (activity.random_split && activity.random_split->branches) {
    for (size_t i = 0; i < activity.random_split->branches->size(); ++i) {
      CheckPercentage(id,
                      path + ".RandomSplit.Branches[" + std::to_string(i) + "].Percentage",
                      (*activity.random_split->branches)[i].percentage,
                      problems);
    }
  }
}

// JRN-612: `arn:…:role/name`, without a path in front of the name.
void CheckChannelSettings(const model::JourneyChannelSettings& settings, Problems& problems) {
  const std::string arn = settings.connect_campaign_execution_role_arn.value_or("");
  constexpr std::string_view kRole = ":role/";
  const size_t role = arn.find(kRole);
  if (role != std::string::npos && arn.find('/', role + kRole.size()) != std::string::npos) {
    problems.Add(code::kContactCenter,
                 "JourneyChannelSettings.ConnectCampaignExecutionRoleArn",
                 "the name of the role must stand without a path.");
  }
}

}  // namespace

base::Status CheckNames(const model::WriteJourneyRequest& journey) {
  if (!IsName(journey.name)) {
    return base::InvalidArgument(
        "Member 'Name': 1 to 150 letters, digits, '_', '-' and '.' are allowed, no blanks.");
  }
  if (journey.state && *journey.state != model::State::kDraft &&
      *journey.state != model::State::kActive) {
    return base::InvalidArgument(
        "Member 'State': only DRAFT and ACTIVE can be asked for here, not " +
        std::string(model::ToWire(*journey.state)) + ".");
  }
  if (base::CountCodePoints(journey.start_activity.value_or("")) > kStartActivityCharactersMax) {
    return base::InvalidArgument("Member 'StartActivity': at most 128 characters.");
  }
  if (journey.activities) {
    for (const auto& [id, activity] : *journey.activities) {
      if (!IsActivityId(id)) {
        return base::InvalidArgument("Member '" + ActivityPath(id) +
                                     "': an activity id has 1 to 100 letters, digits, '_' and "
                                     "'-'.");
      }
    }
  }
  return {};
}

void CheckForm(const model::WriteJourneyRequest& journey, Problems& problems) {
  if (journey.activities) {
    for (const auto& [id, activity] : *journey.activities) {
      CheckActivity(id, activity, problems);
    }
  }
  if (journey.journey_channel_settings) {
    CheckChannelSettings(*journey.journey_channel_settings, problems);
  }
  if (journey.limits) {
    CheckLimits(*journey.limits, problems);
  }
  CheckScheduleForm(journey, problems);
}

}  // namespace pinion::journeys
