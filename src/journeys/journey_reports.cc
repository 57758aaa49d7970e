// What is read of a journey beside its definition: runs, execution metrics, and what publication
// would say.
#include <string>
#include <utility>

#include "base/time_text.h"
#include "journeys/journey_response.h"
#include "journeys/journey_service.h"
#include "journeys/publication_rules.h"

namespace pinion::journeys {
namespace {

base::Error NoResource() {
  return base::NotFound("Resource not found");
}

// The channels that a message activity needs one of; nothing for those that have no settings.
std::vector<std::string_view> ChannelsFor(ActivityKind kind) {
  switch (kind) {
    case ActivityKind::kEmail:
      return {"EMAIL"};
    case ActivityKind::kSms:
      return {"SMS"};
    case ActivityKind::kPush:
      return {"GCM", "APNS", "APNS_SANDBOX", "APNS_VOIP", "APNS_VOIP_SANDBOX", "ADM", "BAIDU"};
    default:
      return {};
  }
}

void AppendFindings(const Problems& problems, std::vector<model::JourneyFinding>& findings) {
  for (const Problem& problem : problems.items()) {
    model::JourneyFinding& finding = findings.emplace_back();
    if (!problem.activity_id.empty()) {
      finding.activity_id = problem.activity_id;
    }
    finding.code = problem.code;
    finding.message = problem.text;
  }
}

}  // namespace

base::Result<base::Page<model::JourneyRunResponse>> JourneyService::ListRuns(
    const base::AppId& app, const base::JourneyId& id, const base::PageRequest& page) const {
  PINION_CHECK(CheckExists(app, id));
  base::NewestFirst<model::JourneyRunRecord> newest(page);
  PINION_CHECK(deps_.journeys.VisitRuns(app, id.value(), [&newest](model::JourneyRunRecord run) {
    const base::Timestamp created = run.created_at;
    const std::string run_id = run.id;
    newest.Offer(created, run_id, std::move(run));
  }));
  base::Page<model::JourneyRunRecord> runs = newest.Take();
  base::Page<model::JourneyRunResponse> responses;
  responses.next = std::move(runs.next);
  for (const model::JourneyRunRecord& run : runs.items) {
    responses.items.push_back(ResponseOf(run));
  }
  return responses;
}

base::Result<JourneyService::Measured> JourneyService::Measure(const base::AppId& app,
                                                               const base::JourneyId& id,
                                                               const CountScope& scope) const {
  PINION_TRY(const model::JourneyRecord record, deps_.journeys.ReadRecord(app, id.value()));
  if (!scope.run.empty()) {
    PINION_TRY(const auto run, deps_.journeys.FindRun(app, id.value(), scope.run));
    if (!run) {
      return NoResource();
    }
  }
  PINION_TRY(const MetricCounts counts, deps_.journeys.ReadCounts(app, id.value(), scope));
  if (scope.activity.empty()) {
    return Measured{.activity_type = "", .metrics = MetricsOf(JourneyMetricNames(), counts)};
  }
  PINION_TRY(const auto definition, deps_.journeys.ReadDefinition(app, record));
  const Graph graph = Graph::Compile(definition);
  const auto node = graph.Find(scope.activity);
  if (!node) {
    return NoResource();
  }
  return Measured{.activity_type = std::string(ActivityTypeOf(graph[*node].kind)),
                  .metrics = MetricsOf(ActivityMetricNames(graph[*node]), counts)};
}

base::Result<model::JourneyExecutionMetricsResponse> JourneyService::Metrics(
    const base::AppId& app, const base::JourneyId& id) const {
  PINION_TRY(Measured measured, Measure(app, id, {}));
  model::JourneyExecutionMetricsResponse response;
  response.application_id = app.value();
  response.journey_id = id.value();
  response.last_evaluated_time = base::FormatIso8601(deps_.clock.Now());
  response.metrics = std::move(measured.metrics);
  return response;
}

base::Result<model::JourneyExecutionActivityMetricsResponse> JourneyService::ActivityMetrics(
    const base::AppId& app, const base::JourneyId& id, std::string_view activity) const {
  PINION_TRY(Measured measured, Measure(app, id, {.run = {}, .activity = activity}));
  model::JourneyExecutionActivityMetricsResponse response;
  response.activity_type = std::move(measured.activity_type);
  response.application_id = app.value();
  response.journey_activity_id = activity;
  response.journey_id = id.value();
  response.last_evaluated_time = base::FormatIso8601(deps_.clock.Now());
  response.metrics = std::move(measured.metrics);
  return response;
}

base::Result<model::JourneyRunExecutionMetricsResponse> JourneyService::RunMetrics(
    const base::AppId& app, const base::JourneyId& id, std::string_view run) const {
  PINION_TRY(Measured measured, Measure(app, id, {.run = run, .activity = {}}));
  model::JourneyRunExecutionMetricsResponse response;
  response.application_id = app.value();
  response.journey_id = id.value();
  response.last_evaluated_time = base::FormatIso8601(deps_.clock.Now());
  response.metrics = std::move(measured.metrics);
  response.run_id = run;
  return response;
}

base::Result<model::JourneyRunExecutionActivityMetricsResponse> JourneyService::RunActivityMetrics(
    const base::AppId& app,
    const base::JourneyId& id,
    std::string_view run,
    std::string_view activity) const {
  PINION_TRY(Measured measured, Measure(app, id, {.run = run, .activity = activity}));
  model::JourneyRunExecutionActivityMetricsResponse response;
  response.activity_type = std::move(measured.activity_type);
  response.application_id = app.value();
  response.journey_activity_id = activity;
  response.journey_id = id.value();
  response.last_evaluated_time = base::FormatIso8601(deps_.clock.Now());
  response.metrics = std::move(measured.metrics);
  response.run_id = run;
  return response;
}

base::Status JourneyService::AddChannelWarnings(const base::AppId& app,
                                                const Graph& graph,
                                                Problems& warnings) const {
  PINION_TRY(const delivery::ChannelFacts facts, deps_.channels(app));
  for (const Node& node : graph.nodes()) {
    const std::vector<std::string_view> channels = ChannelsFor(node.kind);
    bool enabled = channels.empty();
    for (const std::string_view channel : channels) {
      enabled = enabled || facts.IsEnabled(channel);
    }
    if (!enabled) {
      warnings.Add(node.id,
                   "CHANNEL_DISABLED",
                   ActivityPath(node.id),
                   "its channel is not enabled in this project.");
    }
  }
  return {};
}

base::Result<model::JourneyValidation> JourneyService::Validate(const base::AppId& app,
                                                                const base::JourneyId& id) const {
  PINION_TRY(const Stored stored, Read(app, id.value()));
  const Graph graph = Graph::Compile(stored.definition);
  Problems problems;
  PINION_CHECK(CheckPublication(app,
                                stored.definition,
                                graph,
                                {.segments = deps_.segments, .templates = deps_.templates},
                                deps_.clock.Now(),
                                problems));
  Problems warnings;
  warnings.Add({.activity_id = "",
                .code = "NOT_BUILT",
                .text = "This version of Pinion does not move participants yet: a published "
                        "journey waits, its run stays SCHEDULED, nobody enters and nothing is "
                        "sent."});
  FindWarnings(stored.definition, graph, warnings);
  PINION_CHECK(AddChannelWarnings(app, graph, warnings));
  model::JourneyValidation validation;
  AppendFindings(problems, validation.errors);
  AppendFindings(warnings, validation.warnings);
  return validation;
}

}  // namespace pinion::journeys
