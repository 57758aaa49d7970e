#include "api/not_built.h"

namespace pinion::api {

namespace {

constexpr std::string_view kNotBuilt[] = {
    "CreateEmailTemplate",
    "CreateExportJob",
    "CreateImportJob",
    "CreateInAppTemplate",
    "CreateJourney",
    "CreatePushTemplate",
    "CreateRecommenderConfiguration",
    "CreateSmsTemplate",
    "CreateVoiceTemplate",
    "DeleteEmailTemplate",
    "DeleteEventStream",
    "DeleteInAppTemplate",
    "DeleteJourney",
    "DeletePushTemplate",
    "DeleteRecommenderConfiguration",
    "DeleteSmsTemplate",
    "DeleteVoiceTemplate",
    "GetApplicationDateRangeKpi",
    "GetCampaignDateRangeKpi",
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
