#include "api/operation_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/not_built.h"
#include "api/register_operations.h"
#include "model/operations.h"

namespace pinion::api {
namespace {

using ::testing::HasSubstr;

base::Result<model::ApplicationResponse> NoApp(Call&, const model::GetAppRequest&) {
  return base::NotFound("none");
}

TEST(OperationTableTest, EveryOperationOfTheModelIsBuiltOrListed) {
  OperationTable table;
  RegisterAllOperations(table);

  const base::Status status = table.CheckComplete(model::kAllOperations, OperationsNotBuilt());

  EXPECT_TRUE(status.ok()) << status.error().message;
}

TEST(OperationTableTest, MissingRowIsNamed) {
  const model::OperationDescriptor* all[] = {&model::ops::GetApp::kDescriptor};
  EXPECT_THAT(OperationTable().CheckComplete(all, {}).error().message,
              HasSubstr("GetApp has neither"));
}

TEST(OperationTableTest, DoubleRowIsNamed) {
  const model::OperationDescriptor* all[] = {&model::ops::GetApp::kDescriptor};
  const std::string_view not_built[] = {"GetApp"};
  OperationTable table;
  table.Add<model::ops::GetApp>(Run::kInline, NoApp);
  EXPECT_TRUE(table.CheckComplete(all, {}).ok());
  EXPECT_THAT(table.CheckComplete(all, not_built).error().message,
              HasSubstr("GetApp is there more"));
  table.Add<model::ops::GetApp>(Run::kInline, NoApp);
  EXPECT_FALSE(table.Check(all).ok());
}

TEST(OperationTableTest, UnknownNameIsNamed) {
  const std::string_view not_built[] = {"MakeCoffee"};
  EXPECT_THAT(OperationTable().CheckComplete({}, not_built).error().message,
              HasSubstr("MakeCoffee"));
}

}  // namespace
}  // namespace pinion::api
