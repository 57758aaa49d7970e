#include <utility>

#include "analytics/kpi_service.h"
#include "api/register_operations.h"
#include "model/kpis.h"

namespace pinion::api {

namespace {

using analytics::KpiAnswer;
using analytics::KpiCall;
using analytics::KpiScope;

// What the three requests have in common. `source` is the campaign or journey.
template <class Request>
KpiCall CallOf(KpiScope scope, const Request& request, std::string source) {
  return {.scope = scope,
          .app = base::AppId(request.application_id),
          .source_id = std::move(source),
          .name = request.kpi_name,
          .start = request.start_time,
          .end = request.end_time};
}

template <class Response>
Response ResponseOf(const KpiCall& call, KpiAnswer answer) {
  Response response;
  response.application_id = call.app.value();
  response.kpi_name = call.name;
  response.start_time = answer.start;
  response.end_time = answer.end;
  response.kpi_result = std::move(answer.result);
  return response;
}

base::Result<model::ApplicationDateRangeKpiResponse> GetApplicationDateRangeKpi(
    Call& call, const model::GetApplicationDateRangeKpiRequest& request) {
  const KpiCall kpi = CallOf(KpiScope::kApplication, request, "");
  PINION_TRY(KpiAnswer answer, call.services.kpis.Get(kpi));
  return ResponseOf<model::ApplicationDateRangeKpiResponse>(kpi, std::move(answer));
}

base::Result<model::CampaignDateRangeKpiResponse> GetCampaignDateRangeKpi(
    Call& call, const model::GetCampaignDateRangeKpiRequest& request) {
  const KpiCall kpi = CallOf(KpiScope::kCampaign, request, request.campaign_id);
  // KPI-3: the campaign before the name.
  PINION_CHECK(call.services.campaigns.Get(kpi.app, base::CampaignId(request.campaign_id)));
  PINION_TRY(KpiAnswer answer, call.services.kpis.Get(kpi));
  auto response = ResponseOf<model::CampaignDateRangeKpiResponse>(kpi, std::move(answer));
  response.campaign_id = request.campaign_id;
  return response;
}

base::Result<model::JourneyDateRangeKpiResponse> GetJourneyDateRangeKpi(
    Call& call, const model::GetJourneyDateRangeKpiRequest& request) {
  const KpiCall kpi = CallOf(KpiScope::kJourney, request, request.journey_id);
  // KPI-3: the journey before the name.
  PINION_CHECK(call.services.journeys.Get(kpi.app, base::JourneyId(request.journey_id)));
  PINION_TRY(KpiAnswer answer, call.services.kpis.Get(kpi));
  auto response = ResponseOf<model::JourneyDateRangeKpiResponse>(kpi, std::move(answer));
  response.journey_id = request.journey_id;
  return response;
}

}  // namespace

void RegisterKpisOperations(OperationTable& table) {
  table.Add<model::ops::GetApplicationDateRangeKpi>(Run::kWorker, GetApplicationDateRangeKpi);
  table.Add<model::ops::GetCampaignDateRangeKpi>(Run::kWorker, GetCampaignDateRangeKpi);
  table.Add<model::ops::GetJourneyDateRangeKpi>(Run::kWorker, GetJourneyDateRangeKpi);
}

}  // namespace pinion::api
