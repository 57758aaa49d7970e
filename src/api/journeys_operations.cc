#include "api/held_states.h"
#include "api/register_operations.h"
#include "model/journeys.h"

namespace pinion::api {
namespace {

base::AppId AppOf(const std::string& application_id) {
  return base::AppId(application_id);
}

base::JourneyId IdOf(const std::string& journey_id) {
  return base::JourneyId(journey_id);
}

base::Result<model::JourneyResponse> CreateJourney(Call& call,
                                                   const model::CreateJourneyRequest& request) {
  return call.services.journeys.Create(
      AppOf(request.application_id), request.body, call.ChosenId());
}

base::Result<model::JourneyResponse> GetJourney(Call& call,
                                                const model::GetJourneyRequest& request) {
  return call.services.journeys.Get(AppOf(request.application_id), IdOf(request.journey_id));
}

base::Result<model::JourneysResponse> ListJourneys(Call& call,
                                                   const model::ListJourneysRequest& request) {
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  PINION_TRY(auto listed, call.services.journeys.List(AppOf(request.application_id), page));
  model::JourneysResponse response;
  response.item = std::move(listed.items);
  response.next_token = call.NextToken(listed.next);
  return response;
}

base::Result<model::JourneyResponse> UpdateJourney(Call& call,
                                                   const model::UpdateJourneyRequest& request) {
  return call.services.journeys.Update(
      AppOf(request.application_id), IdOf(request.journey_id), request.body);
}

base::Result<model::JourneyResponse> UpdateJourneyState(
    Call& call, const model::UpdateJourneyStateRequest& request) {
  return call.services.journeys.UpdateState(
      AppOf(request.application_id), IdOf(request.journey_id), request.body);
}

base::Result<model::JourneyResponse> DeleteJourney(Call& call,
                                                   const model::DeleteJourneyRequest& request) {
  return call.services.journeys.Delete(AppOf(request.application_id), IdOf(request.journey_id));
}

base::Result<model::JourneyRunsResponse> GetJourneyRuns(
    Call& call, const model::GetJourneyRunsRequest& request) {
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  PINION_TRY(auto listed,
             call.services.journeys.ListRuns(
                 AppOf(request.application_id), IdOf(request.journey_id), page));
  model::JourneyRunsResponse response;
  response.item = std::move(listed.items);
  response.next_token = call.NextToken(listed.next);
  return response;
}

base::Result<model::JourneyExecutionMetricsResponse> GetJourneyExecutionMetrics(
    Call& call, const model::GetJourneyExecutionMetricsRequest& request) {
  return call.services.journeys.Metrics(AppOf(request.application_id), IdOf(request.journey_id));
}

base::Result<model::JourneyExecutionActivityMetricsResponse> GetJourneyExecutionActivityMetrics(
    Call& call, const model::GetJourneyExecutionActivityMetricsRequest& request) {
  return call.services.journeys.ActivityMetrics(
      AppOf(request.application_id), IdOf(request.journey_id), request.journey_activity_id);
}

base::Result<model::JourneyRunExecutionMetricsResponse> GetJourneyRunExecutionMetrics(
    Call& call, const model::GetJourneyRunExecutionMetricsRequest& request) {
  return call.services.journeys.RunMetrics(
      AppOf(request.application_id), IdOf(request.journey_id), request.run_id);
}

base::Result<model::JourneyRunExecutionActivityMetricsResponse>
GetJourneyRunExecutionActivityMetrics(
    Call& call, const model::GetJourneyRunExecutionActivityMetricsRequest& request) {
  return call.services.journeys.RunActivityMetrics(AppOf(request.application_id),
                                                   IdOf(request.journey_id),
                                                   request.run_id,
                                                   request.journey_activity_id);
}

base::Result<model::JourneyValidation> ValidateJourney(
    Call& call, const model::ValidateJourneyRequest& request) {
  return call.services.journeys.Validate(AppOf(request.application_id), IdOf(request.journey_id));
}

}  // namespace

void RegisterJourneysOperations(OperationTable& table) {
  table.Add<model::ops::CreateJourney>(Run::kWorker,
                                       WithHold<model::ops::CreateJourney, CreateJourney>);
  table.Add<model::ops::GetJourney>(Run::kInline, WithHold<model::ops::GetJourney, GetJourney>);
  table.Add<model::ops::ListJourneys>(Run::kWorker,
                                      WithHold<model::ops::ListJourneys, ListJourneys>);
  table.Add<model::ops::UpdateJourney>(Run::kWorker,
                                       WithHold<model::ops::UpdateJourney, UpdateJourney>);
  table.Add<model::ops::UpdateJourneyState>(
      Run::kWorker, WithHold<model::ops::UpdateJourneyState, UpdateJourneyState>);
  table.Add<model::ops::DeleteJourney>(Run::kWorker,
                                       WithHold<model::ops::DeleteJourney, DeleteJourney>);
  table.Add<model::ops::GetJourneyRuns>(Run::kWorker, GetJourneyRuns);
  table.Add<model::ops::GetJourneyExecutionMetrics>(Run::kInline, GetJourneyExecutionMetrics);
  table.Add<model::ops::GetJourneyExecutionActivityMetrics>(Run::kInline,
                                                            GetJourneyExecutionActivityMetrics);
  table.Add<model::ops::GetJourneyRunExecutionMetrics>(Run::kInline, GetJourneyRunExecutionMetrics);
  table.Add<model::ops::GetJourneyRunExecutionActivityMetrics>(
      Run::kInline, GetJourneyRunExecutionActivityMetrics);
  table.Add<model::ops::ValidateJourney>(Run::kWorker, ValidateJourney);
}

}  // namespace pinion::api
