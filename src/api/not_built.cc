#include "api/not_built.h"

namespace pinion::api {

namespace {

constexpr std::string_view kNotBuilt[] = {
    "CreateCampaign",
    "CreateEmailTemplate",
    "CreateExportJob",
    "CreateImportJob",
    "CreateInAppTemplate",
    "CreateJourney",
    "CreatePushTemplate",
    "CreateRecommenderConfiguration",
    "CreateSmsTemplate",
    "CreateVoiceTemplate",
    "DeleteCampaign",
    "DeleteEmailTemplate",
    "DeleteEventStream",
    "DeleteInAppTemplate",
    "DeleteJourney",
    "DeletePushTemplate",
    "DeleteRecommenderConfiguration",
    "DeleteSmsTemplate",
    "DeleteVoiceTemplate",
    "GetApplicationDateRangeKpi",
    "GetCampaign",
    "GetCampaignActivities",
    "GetCampaignCounters",
    "GetCampaignDateRangeKpi",
    "GetCampaignVersion",
    "GetCampaignVersions",
    "GetCampaigns",
    "GetEmailTemplate",
    "GetEventStream",
    "GetExportJob",
    "GetExportJobs",
    "GetImportJob",
    "GetImportJobs",
    "GetInAppMessages",
    "GetInAppTemplate",
    "GetJourney",
    "GetJourneyDateRangeKpi",
    "GetJourneyExecutionActivityMetrics",
    "GetJourneyExecutionMetrics",
    "GetJourneyRunExecutionActivityMetrics",
    "GetJourneyRunExecutionMetrics",
    "GetJourneyRuns",
    "GetPushTemplate",
    "GetRecommenderConfiguration",
    "GetRecommenderConfigurations",
    "GetSegmentExportJobs",
    "GetSegmentImportJobs",
    "GetSmsTemplate",
    "GetVoiceTemplate",
    "ListJourneys",
    "ListTemplateVersions",
    "ListTemplates",
    "PhoneNumberValidate",
    "PutEventStream",
    "SendOTPMessage",
    "UpdateCampaign",
    "UpdateEmailTemplate",
    "UpdateInAppTemplate",
    "UpdateJourney",
    "UpdateJourneyState",
    "UpdatePushTemplate",
    "UpdateRecommenderConfiguration",
    "UpdateSmsTemplate",
    "UpdateTemplateActiveVersion",
    "UpdateVoiceTemplate",
    "VerifyOTPMessage",
};

}  // namespace

std::span<const std::string_view> OperationsNotBuilt() {
  return kNotBuilt;
}

}  // namespace pinion::api
