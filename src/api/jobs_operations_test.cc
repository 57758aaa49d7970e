#include <gtest/gtest.h>

#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using pinion::testing::HasStatus;

class JobsOperationsTest : public pinion::testing::ApiTest {};

TEST_F(JobsOperationsTest, AnExportOfAnUnknownSegmentIs400AndItsListIs404) {
  const std::string app = "/v1/apps/" + MakeApp();
  EXPECT_THAT(
      Post(app + "/jobs/export", R"({"RoleArn":"r","S3UrlPrefix":"s3://out/","SegmentId":"none"})"),
      HasStatus(400));
  EXPECT_THAT(Get(app + "/segments/none/jobs/export"), HasStatus(404));
}

TEST_F(JobsOperationsTest, AnApplicationWithoutExportsListsNone) {
  const std::string app = "/v1/apps/" + MakeApp();
  EXPECT_EQ(Get(app + "/jobs/export").body, R"({"Item":[]})");
  EXPECT_THAT(Get(app + "/jobs/export/none"), HasStatus(404));
}

}  // namespace
}  // namespace pinion::api
