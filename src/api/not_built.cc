#include "api/not_built.h"

namespace pinion::api {

namespace {

constexpr std::string_view kNotBuilt[] = {
    "CreateExportJob",
    "GetExportJob",
    "GetExportJobs",
    "GetSegmentExportJobs",
};

}  // namespace

std::span<const std::string_view> OperationsNotBuilt() {
  return kNotBuilt;
}

}  // namespace pinion::api
