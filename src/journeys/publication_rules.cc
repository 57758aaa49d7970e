#include "journeys/publication_rules.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "journeys/activity_rules.h"
#include "journeys/definition_rules.h"
#include "journeys/graph_rules.h"
#include "journeys/schedule_rules.h"
#include "journeys/wait_duration.h"

namespace pinion::journeys {
namespace {

// JRN-501 START_CONDITION, JRN-313 to JRN-315.
class StartConditionCheck {
 public:
  StartConditionCheck(const base::AppId& app, const References& references, Problems& problems)
      : app_(app), references_(references), problems_(problems) {}

  base::Status Check(const std::optional<model::StartCondition>& start) {
    const bool by_segment = start && start->segment_start_condition;
    const bool by_event = start && start->event_start_condition;
    if (by_segment == by_event) {
      problems_.Add(code::kStartCondition,
                    "StartCondition",
                    "exactly one of SegmentStartCondition and EventStartCondition must be set.");
      return {};
    }
    if (by_segment) {
      PINION_TRY(const bool exists,
                 CheckSegment(start->segment_start_condition->segment_id,
                              "StartCondition.SegmentStartCondition.SegmentId"));
      (void)exists;
      return {};
    }
    return CheckEvent(*start->event_start_condition);
  }

 private:
  base::Result<bool> CheckSegment(const std::string& id, std::string_view member) {
    PINION_TRY(const bool exists, SegmentExists(app_, id, references_.segments));
    if (!exists) {
      problems_.Add(code::kStartCondition, member, "there is no such segment in this project.");
    }
    return exists;
  }

  base::Status CheckEvent(const model::EventStartCondition& event) {
    const std::string path = "StartCondition.EventStartCondition";
    const std::string dimensions = path + ".EventFilter.Dimensions";
    if (!event.event_filter) {
      problems_.Add(code::kStartCondition, path + ".EventFilter", "it is required.");
    } else if (!NamesEventType(event.event_filter->dimensions)) {
      problems_.Add(code::kStartCondition,
                    dimensions + ".EventType.Values",
                    "at least one event type is needed.");
    } else if (const auto wrong = WrongEventDimension(event.event_filter->dimensions, dimensions)) {
      problems_.Add({.activity_id = "", .code = code::kStartCondition, .text = *wrong});
    }
    if (!event.segment_id || event.segment_id->empty()) {
      return {};
    }
    PINION_TRY(const bool exists, CheckSegment(*event.segment_id, path + ".SegmentId"));
    if (!exists) {
      return {};
    }
    PINION_TRY(const bool imported,
               references_.segments.ContainsImport(app_, base::SegmentId(*event.segment_id)));
    if (imported) {
      problems_.Add(code::kStartCondition,
                    path + ".SegmentId",
                    "event entry needs a dynamic segment that is not built on an imported one.");
    }
    return {};
  }

  const base::AppId& app_;
  const References& references_;
  Problems& problems_;
};

// The channel that a message activity sends on, for comparing two of them.
bool IsChannelMessage(ActivityKind kind) {
  return kind == ActivityKind::kEmail || kind == ActivityKind::kSms || kind == ActivityKind::kPush;
}

bool LooksAt(const std::optional<model::SimpleCondition>& condition, std::string_view message) {
  return condition && condition->event_condition &&
         condition->event_condition->message_activity == message;
}

// A split without EvaluationWaitTime that asks for events of the message `message`.
bool JudgesAtOnce(const model::Activity& activity, std::string_view message) {
  if (activity.conditional_split && !activity.conditional_split->evaluation_wait_time &&
      activity.conditional_split->condition && activity.conditional_split->condition->conditions) {
    for (const auto& condition : *activity.conditional_split->condition->conditions) {
      if (LooksAt(condition, message)) {
        return true;
      }
    }
  }
  if (activity.multi_condition && !activity.multi_condition->evaluation_wait_time &&
      activity.multi_condition->branches) {
    for (const auto& branch : *activity.multi_condition->branches) {
      if (LooksAt(branch.condition, message)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

base::Status CheckPublication(const base::AppId& app,
                              const model::WriteJourneyRequest& journey,
                              const Graph& graph,
                              const References& references,
                              base::Timestamp now,
                              Problems& problems) {
  CheckForm(journey, problems);
  CheckScheduleForPublication(journey, now, problems);
  PINION_CHECK(StartConditionCheck(app, references, problems).Check(journey.start_condition));
  if (graph.nodes().size() > kActivitiesMax) {
    // What is said of each of them would only bury this.
    problems.Add(code::kTooMany, "Activities", "at most 1000 activities.");
    return {};
  }
  CheckGraph(journey, graph, problems);
  return ActivityCheck(app, journey, graph, references, problems).CheckAll();
}

void FindWarnings(const model::WriteJourneyRequest& journey,
                  const Graph& graph,
                  Problems& warnings) {
  const auto refresh = ParseWaitDuration(journey.refresh_frequency.value_or(""));
  const bool capped = journey.limits && journey.limits->endpoint_reentry_cap.value_or(0) > 0;
  if (refresh && refresh->count() > 0 && !capped) {
    warnings.Add("NO_REENTRY_CAP",
                 "Limits.EndpointReentryCap",
                 "with a RefreshFrequency and without a cap everybody enters again and again.");
  }
  if (graph.nodes().size() > kActivitiesMax) {
    return;  // that is an error already, and neighbours are looked up one by one
  }
  for (const Node& node : graph.nodes()) {
    for (const Edge& edge : node.edges) {
      if (!edge.to || !IsMessage(node.kind)) {
        continue;
      }
      const Node& next = graph[*edge.to];
      if (IsChannelMessage(node.kind) && next.kind == node.kind) {
        warnings.Add(next.id,
                     "NO_WAIT",
                     ActivityPath(next.id),
                     "it sends on the same channel right after '" + node.id + "', without a wait.");
      }
      if (JudgesAtOnce(*journey.activities->Find(next.id), node.id)) {
        warnings.Add(next.id,
                     "NO_EVALUATION_WAIT",
                     ActivityPath(next.id),
                     "it asks for events of '" + node.id +
                         "' at the moment of sending; an EvaluationWaitTime gives them time.");
      }
    }
  }
}

}  // namespace pinion::journeys
