#include "api/not_built.h"

namespace pinion::api {

namespace {

constexpr std::string_view kNotBuilt[] = {
    "CreateExportJob",
    "CreateJourney",
    "CreateRecommenderConfiguration",
    "DeleteEventStream",
    "DeleteJourney",
    "DeleteRecommenderConfiguration",
    "GetApplicationDateRangeKpi",
    "GetCampaignDateRangeKpi",
    "GetEventStream",
    "GetExportJob",
    "GetExportJobs",
    "GetJourney",
    "GetJourneyDateRangeKpi",
    "GetJourneyExecutionActivityMetrics",
    "GetJourneyExecutionMetrics",
    "GetJourneyRunExecutionActivityMetrics",
    "GetJourneyRunExecutionMetrics",
    "GetJourneyRuns",
    "GetRecommenderConfiguration",
    "GetRecommenderConfigurations",
    "GetSegmentExportJobs",
    "ListJourneys",
    "PhoneNumberValidate",
    "PutEventStream",
    "SendOTPMessage",
    "UpdateJourney",
    "UpdateJourneyState",
    "UpdateRecommenderConfiguration",
    "VerifyOTPMessage",
};

}  // namespace

std::span<const std::string_view> OperationsNotBuilt() {
  return kNotBuilt;
}

}  // namespace pinion::api
