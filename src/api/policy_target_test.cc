#include "api/policy_target.h"

#include <map>

#include <gtest/gtest.h>

#include "model/operations.h"

namespace pinion::api {
namespace {

const model::OperationDescriptor& Operation(std::string_view name) {
  for (const model::OperationDescriptor* operation : model::kAllOperations) {
    if (operation->name == name) {
      return *operation;
    }
  }
  ADD_FAILURE() << name;
  return *model::kAllOperations[0];
}

std::string ResourceOf(std::string_view name, const std::vector<std::string>& parameters) {
  return PolicyTargetOf(Operation(name), parameters).resource;
}
std::string ActionOf(std::string_view name) {
  const std::vector<std::string> parameters(4, "x");
  return PolicyTargetOf(Operation(name), parameters).action;
}

TEST(PolicyTargetTest, ResourceIsThePathUnlessTheTableSaysOtherwise) {
  EXPECT_EQ(ResourceOf("GetApps", {}), "apps");
  EXPECT_EQ(ResourceOf("PutEvents", {"a"}), "apps/a/events");
  EXPECT_EQ(ResourceOf("GetCampaigns", {"a"}), "apps/a");
  EXPECT_EQ(ResourceOf("CreateCampaign", {"a"}), "apps/a/campaigns");
  EXPECT_EQ(ResourceOf("GetCampaignVersion", {"a", "c", "1"}), "apps/a/campaigns/c");
  EXPECT_EQ(ResourceOf("GetCampaignDateRangeKpi", {"a", "c", "k"}),
            "apps/a/campaigns/c/kpis/daterange/k");
  EXPECT_EQ(ResourceOf("UpdateEndpointsBatch", {"a"}), "apps/a");
  EXPECT_EQ(ResourceOf("CreateImportJob", {"a"}), "apps/a");
  EXPECT_EQ(ResourceOf("CreateExportJob", {"a"}), "apps/a/jobs/export");
  EXPECT_EQ(ResourceOf("GetSegmentImportJobs", {"a", "s"}), "apps/a/segments/s");
  EXPECT_EQ(ResourceOf("GetSegmentExportJobs", {"a", "s"}), "apps/a/segments/s/jobs/export");
  EXPECT_EQ(ResourceOf("UpdateApplicationSettings", {"a"}), "apps/a");
  EXPECT_EQ(ResourceOf("SendUsersMessages", {"a"}), "apps/a/messages");
  EXPECT_EQ(ResourceOf("PhoneNumberValidate", {}), "phone/number/validate");
}

TEST(PolicyTargetTest, TemplatesAreNamedByTheirType) {
  EXPECT_EQ(ResourceOf("GetEmailTemplate", {"t"}), "templates/t/EMAIL");
  EXPECT_EQ(ResourceOf("CreateInAppTemplate", {"t"}), "templates/t/INAPP");
  EXPECT_EQ(ResourceOf("ListTemplateVersions", {"t", "sms"}), "templates/t/SMS");
  EXPECT_EQ(ResourceOf("UpdateTemplateActiveVersion", {"t", "Push"}), "templates/t/PUSH");
  EXPECT_EQ(ResourceOf("ListTemplates", {}), "templates");
}

TEST(PolicyTargetTest, SlashesInParametersMakeNoOtherResource) {
  EXPECT_EQ(ResourceOf("GetEndpoint", {"a", "x/y"}), "apps/a/endpoints/x/y");
  EXPECT_EQ(ResourceOf("GetCampaignVersion", {"a/b", "c/d", "1"}), "apps/a/b/campaigns/c/d");
}

TEST(PolicyTargetTest, NativeOperationsAreReadWrittenOrAdministered) {
  EXPECT_EQ(ActionOf("GetSystem"), "pinion:Read");
  EXPECT_EQ(ActionOf("GetClock"), "pinion:Admin");
  EXPECT_EQ(ActionOf("ListAccessKeys"), "pinion:Admin");
  EXPECT_EQ(ActionOf("SimulatePolicies"), "pinion:Admin");
  EXPECT_EQ(ActionOf("ListIdentityPools"), "pinion:Admin");
  EXPECT_EQ(ResourceOf("GetAccessKey", {"PNAK1"}), "keys/PNAK1");
}

}  // namespace
}  // namespace pinion::api
