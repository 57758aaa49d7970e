#include "journeys/activity_rules.h"

#include <cstdint>
#include <utility>

#include "apps/hook_rules.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "journeys/schedule_rules.h"
#include "segments/definition_parser.h"

namespace pinion::journeys {
namespace {

std::string Quoted(std::string_view id) {
  return "'" + std::string(base::FirstCodePoints(id, 100)) + "'";
}

bool IsEmpty(const model::EventDimensions& dimensions) {
  return !NamesEventType(dimensions) &&
         (!dimensions.attributes || dimensions.attributes->empty()) &&
         (!dimensions.metrics || dimensions.metrics->empty());
}

// The sentence about criteria that the rules of segments refuse, with the path of where they stand
// in the journey.
std::optional<std::string> WrongCriteria(const model::SegmentDimensions& dimensions,
                                         const std::string& path) {
  const auto parsed = segments::ParseDefinition({.dimensions = dimensions, .groups = std::nullopt});
  if (parsed.ok()) {
    return std::nullopt;
  }
  constexpr std::string_view kOfSegment = "Member 'Dimensions";
  const std::string& message = parsed.error().message;
  return message.starts_with(kOfSegment) ? "Member '" + path + message.substr(kOfSegment.size())
                                         : "Member '" + path + "': " + message;
}

// CMP-1002 holds for every URL that a journey calls as well; a function's name is taken as it is.
bool IsDeliveryUri(const std::string& uri) {
  return uri.find("://") == std::string::npos ||
         apps::CheckHook(
             {.lambda_function_name = std::nullopt, .mode = std::nullopt, .web_url = uri}, "")
             .ok();
}

}  // namespace

base::Result<bool> SegmentExists(const base::AppId& app,
                                 const std::string& id,
                                 const segments::SegmentService& segments) {
  const auto version = segments.RequireVersion(app, id, std::nullopt, "Segment");
  if (version.ok()) {
    return true;
  }
  if (version.error().code != base::Errc::kInvalidArgument) {
    return version.error();
  }
  return false;
}

bool NamesEventType(const model::EventDimensions& dimensions) {
  if (!dimensions.event_type) {
    return false;
  }
  for (const std::string& value : dimensions.event_type->values) {
    if (!value.empty()) {
      return true;
    }
  }
  return false;
}

std::optional<std::string> WrongEventDimension(const model::EventDimensions& dimensions,
                                               const std::string& path) {
  model::SegmentDimensions criteria;
  criteria.attributes = dimensions.attributes;
  criteria.metrics = dimensions.metrics;
  return WrongCriteria(criteria, path);
}

ActivityCheck::ActivityCheck(const base::AppId& app,
                             const model::WriteJourneyRequest& journey,
                             const Graph& graph,
                             const References& references,
                             Problems& problems)
    : app_(app),
      journey_(journey),
      graph_(graph),
      references_(references),
      problems_(problems),
      end_(InstantsOf(journey.schedule).end) {}

void ActivityCheck::Add(const Place& place,
                        std::string_view problem_code,
                        std::string_view member,
                        std::string_view rule) {
  problems_.Add(place.id, problem_code, place.path + "." + std::string(member), rule);
}

base::Status ActivityCheck::CheckAll() {
  NodeIndex node = 0;
  if (!journey_.activities) {
    return {};
  }
  for (const auto& [id, activity] : *journey_.activities) {
    PINION_CHECK(Check({.id = id, .node = node, .path = ActivityPath(id)}, activity));
    ++node;
  }
  return {};
}

base::Status ActivityCheck::Check(const Place& place, const model::Activity& activity) {
  PINION_CHECK(CheckMessages(place, activity));
  if (activity.wait) {
    if (!activity.wait->wait_time) {
      Add(place, code::kWait, "Wait.WaitTime", "it is required.");
    }
    CheckWait(place, "Wait.WaitTime", activity.wait->wait_time);
  }
  if (activity.conditional_split) {
    PINION_CHECK(CheckConditionalSplit(place, *activity.conditional_split));
  }
  if (activity.multi_condition) {
    PINION_CHECK(CheckMultiCondition(place, *activity.multi_condition));
  }
  if (activity.random_split) {
    CheckRandomSplit(place, *activity.random_split);
  }
  const bool by_event = journey_.start_condition && journey_.start_condition->event_start_condition;
  if (activity.contact_center && by_event) {
    Add(place, code::kContactCenter, "ContactCenter", "it is not possible with event entry.");
  }
  return {};
}

base::Status ActivityCheck::CheckMessages(const Place& place, const model::Activity& activity) {
  PINION_CHECK(CheckTemplate<templates::EmailKind>(place, "EMAIL", activity.email));
  PINION_CHECK(CheckTemplate<templates::SmsKind>(place, "SMS", activity.sms));
  PINION_CHECK(CheckTemplate<templates::PushKind>(place, "PUSH", activity.push));
  if (activity.custom) {
    const std::string uri = activity.custom->delivery_uri.value_or("");
    if (uri.empty()) {
      Add(place, code::kTemplate, "CUSTOM.DeliveryUri", "it is required.");
    } else if (!IsDeliveryUri(uri)) {
      Add(place,
          code::kTemplate,
          "CUSTOM.DeliveryUri",
          "a URL must begin with https://, or with http:// and name a loopback host.");
    }
  }
  return {};
}

template <class Kind, class Message>
base::Status ActivityCheck::CheckTemplate(const Place& place,
                                          std::string_view member,
                                          const std::optional<Message>& message) {
  if (!message) {
    return {};
  }
  const std::string path(member);
  const std::string name = message->template_name.value_or("");
  if (name.empty()) {
    Add(place, code::kTemplate, path + ".TemplateName", "it is required.");
    return {};
  }
  std::optional<std::string> version = message->template_version;
  if (version && version->empty()) {
    version.reset();
  }
  const auto content = references_.templates.ResolveContent<Kind>(name, version);
  if (content.ok()) {
    return {};
  }
  if (content.error().code == base::Errc::kInternal) {
    return content.error();
  }
  Add(place,
      code::kTemplate,
      path + (version ? ".TemplateVersion" : ".TemplateName"),
      "there is no " + std::string(model::ToWire(Kind::kType)) + " template " + Quoted(name) +
          (version ? " with version " + Quoted(*version) + "." : "."));
  return {};
}

void ActivityCheck::CheckWait(const Place& place,
                              std::string_view member,
                              const std::optional<model::WaitTime>& wait) {
  if (!wait) {
    return;
  }
  if (wait->wait_for.has_value() == wait->wait_until.has_value()) {
    Add(place, code::kWait, member, "exactly one of WaitFor and WaitUntil must be set.");
    return;
  }
  const auto until = wait->wait_until ? base::ParseInstant(*wait->wait_until) : std::nullopt;
  if (until && end_ && *until > *end_) {
    Add(place,
        code::kWait,
        std::string(member) + ".WaitUntil",
        "it must not be later than Schedule.EndTime.");
  }
}

base::Status ActivityCheck::CheckConditionalSplit(const Place& place,
                                                  const model::ConditionalSplitActivity& split) {
  CheckWait(place, "ConditionalSplit.EvaluationWaitTime", split.evaluation_wait_time);
  const std::string member = "ConditionalSplit.Condition.Conditions";
  if (!split.condition || !split.condition->conditions || split.condition->conditions->empty()) {
    Add(place, code::kSplit, member, "at least one condition is needed.");
    return {};
  }
  const auto& conditions = *split.condition->conditions;
  if (conditions.size() > kConditionsMax) {
    Add(place, code::kTooMany, member, "at most 100 conditions.");
    return {};
  }
  for (size_t i = 0; i < conditions.size(); ++i) {
    PINION_CHECK(CheckCondition(place, member + "[" + std::to_string(i) + "]", conditions[i]));
  }
  return {};
}

base::Status ActivityCheck::CheckMultiCondition(const Place& place,
                                                const model::MultiConditionalSplitActivity& split) {
  CheckWait(place, "MultiCondition.EvaluationWaitTime", split.evaluation_wait_time);
  const std::string member = "MultiCondition.Branches";
  if (!split.branches || split.branches->empty()) {
    Add(place, code::kSplit, member, "at least one branch is needed.");
    return {};
  }
  if (split.branches->size() > kMultiConditionBranchesMax) {
    Add(place, code::kTooMany, member, "at most 50 branches.");
    return {};
  }
  for (size_t i = 0; i < split.branches->size(); ++i) {
    PINION_CHECK(CheckCondition(
        place, member + "[" + std::to_string(i) + "].Condition", (*split.branches)[i].condition));
  }
  return {};
}

base::Status ActivityCheck::CheckCondition(const Place& place,
                                           const std::string& member,
                                           const std::optional<model::SimpleCondition>& condition) {
  const model::SimpleCondition given = condition.value_or(model::SimpleCondition{});
  const int set = int{given.event_condition.has_value()} +
                  int{given.segment_condition.has_value()} +
                  int{given.segment_dimensions.has_value()};
  if (set != 1) {
    Add(place,
        code::kSplit,
        member,
        "exactly one of EventCondition, SegmentCondition and segmentDimensions must be set.");
    return {};
  }
  if (given.event_condition) {
    CheckEventCondition(place, member + ".EventCondition", *given.event_condition);
  }
  if (given.segment_condition) {
    PINION_TRY(const bool exists,
               SegmentExists(app_, given.segment_condition->segment_id, references_.segments));
    if (!exists) {
      Add(place,
          code::kSplit,
          member + ".SegmentCondition.SegmentId",
          "there is no such segment in this project.");
    }
  }
  if (given.segment_dimensions) {
    if (auto wrong = WrongCriteria(*given.segment_dimensions,
                                   place.path + "." + member + ".segmentDimensions")) {
      problems_.Add(
          {.activity_id = std::string(place.id), .code = code::kSplit, .text = *std::move(wrong)});
    }
  }
  return {};
}

void ActivityCheck::CheckEventCondition(const Place& place,
                                        const std::string& member,
                                        const model::EventCondition& condition) {
  const std::string dimensions = member + ".Dimensions";
  if (!condition.dimensions || IsEmpty(*condition.dimensions)) {
    Add(place, code::kSplit, dimensions, "it must name an event type, an attribute or a metric.");
  } else if (auto wrong =
                 WrongEventDimension(*condition.dimensions, place.path + "." + dimensions)) {
    problems_.Add(
        {.activity_id = std::string(place.id), .code = code::kSplit, .text = *std::move(wrong)});
  }
  const std::string message = condition.message_activity.value_or("");
  if (message.empty()) {
    return;
  }
  const std::optional<NodeIndex> sender = graph_.Find(message);
  if (!sender || !IsMessage(graph_[*sender].kind)) {
    Add(place,
        code::kMessageActivity,
        member + ".MessageActivity",
        Quoted(message) + " is no message activity.");
    return;
  }
  const auto [reachable, is_new] = reachable_.try_emplace(*sender);
  if (is_new) {
    reachable->second = graph_.ReachableFrom(*sender);
  }
  if (!reachable->second[place.node]) {
    Add(place,
        code::kMessageActivity,
        member + ".MessageActivity",
        "no way leads here from " + Quoted(message) + ".");
  }
}

void ActivityCheck::CheckRandomSplit(const Place& place, const model::RandomSplitActivity& split) {
  const std::string member = "RandomSplit.Branches";
  const size_t count = split.branches ? split.branches->size() : 0;
  if (count < kRandomSplitBranchesMin) {
    Add(place, code::kPercent, member, "at least two branches are needed.");
    return;
  }
  if (count > kRandomSplitBranchesMax) {
    Add(place, code::kTooMany, member, "at most 50 branches.");
    return;
  }
  int64_t sum = 0;
  for (size_t i = 0; i < count; ++i) {
    const int32_t percentage = (*split.branches)[i].percentage.value_or(0);
    sum += percentage;
    if (percentage < 1) {
      Add(place,
          code::kPercent,
          member + "[" + std::to_string(i) + "].Percentage",
          "it must be at least 1.");
    }
  }
  if (sum != 100) {
    Add(place,
        code::kPercent,
        member,
        "the percentages must add up to 100, not to " + std::to_string(sum) + ".");
  }
}

}  // namespace pinion::journeys
