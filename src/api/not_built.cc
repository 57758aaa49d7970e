#include "api/not_built.h"

namespace pinion::api {

namespace {

constexpr std::string_view kNotBuilt[] = {
    "CreateExportJob",
    "CreateRecommenderConfiguration",
    "DeleteEventStream",
    "DeleteRecommenderConfiguration",
    "GetApplicationDateRangeKpi",
    "GetCampaignDateRangeKpi",
    "GetEventStream",
    "GetExportJob",
    "GetExportJobs",
    "GetJourneyDateRangeKpi",
    "GetRecommenderConfiguration",
    "GetRecommenderConfigurations",
    "GetSegmentExportJobs",
    "PhoneNumberValidate",
    "PutEventStream",
    "SendOTPMessage",
    "UpdateRecommenderConfiguration",
    "VerifyOTPMessage",
};

}  // namespace

std::span<const std::string_view> OperationsNotBuilt() {
  return kNotBuilt;
}

}  // namespace pinion::api
