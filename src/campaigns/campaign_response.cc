#include "campaigns/campaign_response.h"

#include <algorithm>
#include <string>

#include "base/time_text.h"
#include "campaigns/treatments.h"

namespace pinion::campaigns {
namespace {

model::CampaignState StateOf(const model::CampaignRecord& record, std::string_view treatment) {
  const auto found = std::find_if(record.treatments.begin(),
                                  record.treatments.end(),
                                  [treatment](const auto& state) { return state.id == treatment; });
  // An older version may have treatments that the campaign no longer has; a deleted one has none.
  const bool is_known =
      found != record.treatments.end() && record.status != model::CampaignStatus::kDeleted;
  return {.campaign_status = is_known ? found->status : record.status};
}

model::TreatmentResource ComposeTreatment(const model::CampaignRecord& record,
                                          const model::WriteTreatmentResource& given,
                                          std::string id) {
  model::TreatmentResource treatment;
  treatment.state = StateOf(record, id);
  treatment.id = std::move(id);
  treatment.custom_delivery_configuration = given.custom_delivery_configuration;
  treatment.message_configuration = given.message_configuration;
  treatment.schedule = given.schedule;
  treatment.size_percent = given.size_percent;
  treatment.template_configuration = given.template_configuration;
  treatment.treatment_description = given.treatment_description;
  treatment.treatment_name = given.treatment_name;
  return treatment;
}

}  // namespace

model::CampaignResponse ComposeCampaign(const base::AppId& app,
                                        const model::CampaignRecord& record,
                                        const model::CampaignVersionRecord& version) {
  const model::WriteCampaignRequest& campaign = version.campaign;
  model::CampaignResponse response;
  auto& treatments = response.additional_treatments.emplace();
  for (size_t i = 1; i < CountTreatments(campaign); ++i) {
    treatments.push_back(
        ComposeTreatment(record, (*campaign.additional_treatments)[i - 1], std::to_string(i)));
  }
  if (!treatments.empty()) {
    response.default_state = StateOf(record, kDefaultTreatment);
  }
  response.application_id = app.value();
  response.arn = record.arn;
  response.creation_date = base::FormatIso8601(record.created_at);
  response.custom_delivery_configuration = campaign.custom_delivery_configuration;
  response.description = campaign.description;
  response.holdout_percent = campaign.holdout_percent.value_or(0);
  response.hook = campaign.hook;
  response.id = record.id;
  response.is_paused = campaign.is_paused.value_or(false);
  response.last_modified_date = base::FormatIso8601(version.modified_at);
  response.limits = campaign.limits.value_or(model::CampaignLimits{});
  response.message_configuration = campaign.message_configuration;
  response.name = campaign.name.value_or("");
  response.priority = campaign.priority;
  response.schedule = campaign.schedule;
  response.segment_id = campaign.segment_id.value_or("");
  response.segment_version = record.segment_version;
  response.state.emplace().campaign_status = record.status;
  response.tags = record.tags;
  response.template_configuration = campaign.template_configuration;
  response.treatment_description = campaign.treatment_description;
  response.treatment_name = campaign.treatment_name;
  response.version = version.version;
  return response;
}

model::ActivityResponse ComposeActivity(const base::AppId& app,
                                        std::string_view campaign,
                                        const model::CampaignActivityRecord& activity,
                                        const std::optional<RunRecord>& run,
                                        const OutcomeCounts& outcomes) {
  ExecutionMetrics metrics = ExecutionMetrics::FromMap(activity.execution_metrics);
  int64_t total = activity.total_endpoint_count;
  if (run) {
    metrics.Add(run->metrics);
    total = static_cast<int64_t>(run->targeted());
  }
  metrics.Add(outcomes.outcomes);

  model::ActivityResponse response;
  response.application_id = app.value();
  response.campaign_id = campaign;
  response.id = activity.id;
  response.treatment_id = activity.treatment_id;
  response.scheduled_start = base::FormatIso8601(activity.scheduled_start);
  response.state = activity.state;
  response.result = activity.result;
  if (activity.start) {
    response.start = base::FormatIso8601(*activity.start);
  }
  if (activity.end) {
    response.end = base::FormatIso8601(*activity.end);
  }
  // In-app campaigns are given and shown, not sent (INA-111).
  const uint64_t given = outcomes.counts[OutcomeCounts::kInAppGiven];
  const uint64_t shown = outcomes.counts[OutcomeCounts::kInAppReached];
  response.total_endpoint_count = static_cast<int32_t>(total + static_cast<int64_t>(given));
  response.successful_endpoint_count =
      static_cast<int32_t>(outcomes.outcomes[Metric::kSuccess] + shown);
  response.timezones_total_count = 0;
  response.timezones_completed_count = 0;
  response.execution_metrics = metrics.ToMap();
  return response;
}

}  // namespace pinion::campaigns
