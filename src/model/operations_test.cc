// The generated table of operations, and requests from path, query and body (API-1, API-80).
#include "model/operations.h"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "model/codec.h"

namespace pinion::model {
namespace {

using Parameters = std::vector<Parameter>;

template <class Op>
std::string ErrorOf(const Parameters& path, const Parameters& query, std::string_view body = "") {
  const auto request = DecodeRequest<Op>(path, query, body);
  return request.ok() ? "" : request.error().message;
}

TEST(OperationsTest, AllOperationsOfTheServiceModelAreThere) {
  const auto native = [](const OperationDescriptor* operation) { return operation->native; };

  EXPECT_EQ(
      kAllOperations.size() - static_cast<size_t>(std::ranges::count_if(kAllOperations, native)),
      122U);
}

TEST(OperationsTest, NamesAndRoutesAreUnique) {
  std::set<std::string> names;
  std::set<std::string> routes;
  for (const OperationDescriptor* operation : kAllOperations) {
    names.emplace(operation->name);
    routes.insert(std::string(operation->method) + " " + std::string(operation->path));
  }

  EXPECT_EQ(names.size(), kAllOperations.size());
  EXPECT_EQ(routes.size(), kAllOperations.size());
}

TEST(OperationsTest, EveryPathParameterHasAMember) {
  for (const OperationDescriptor* operation : kAllOperations) {
    const auto uri_members =
        std::ranges::count_if(operation->request->fields, [&](const FieldDescriptor& field) {
          const std::string parameter = "{" + std::string(field.name) + "}";
          return field.location == Location::kUri &&
                 operation->path.find(parameter) != std::string_view::npos;
        });
    EXPECT_EQ(uri_members, std::ranges::count(operation->path, '{')) << operation->name;
  }
}

TEST(OperationsTest, DescriptorSaysWhatTheTypeSays) {
  using Op = ops::CreateCampaign;

  EXPECT_EQ(Op::kDescriptor.name, Op::kName);
  EXPECT_EQ(Op::kDescriptor.path, "/v1/apps/{application-id}/campaigns");
  EXPECT_EQ(Op::kDescriptor.success_status, 201);
  EXPECT_EQ(Op::kDescriptor.response, &DescriptorOf(TypeTag<CampaignResponse>{}));
  static_assert(std::is_same_v<Op::Response, CampaignResponse>);
  static_assert(std::is_same_v<ops::TagResource::Response, Empty>);
}

TEST(OperationsTest, RequestTakesPathQueryAndBody) {
  const Parameters path = {{"template-name", "welcome"}};
  const Parameters query = {{"create-new-version", "TRUE"}, {"version", "3"}, {"other", "x"}};

  const auto request =
      DecodeRequest<ops::UpdateEmailTemplate>(path, query, R"({"Subject":"Hello"})");

  ASSERT_TRUE(request.ok()) << request.error().message;
  EXPECT_EQ(request->template_name, "welcome");
  EXPECT_EQ(request->create_new_version, true);
  EXPECT_EQ(request->version, "3");
  EXPECT_EQ(request->body.subject, "Hello");
}

TEST(OperationsTest, FirstOfRepeatedQueryParametersCountsExceptForLists) {
  const auto apps = DecodeRequest<ops::GetApps>({}, Parameters{{"token", "a"}, {"token", "b"}}, "");
  const auto untag = DecodeRequest<ops::UntagResource>(
      Parameters{{"resource-arn", "arn"}}, Parameters{{"tagKeys", "a"}, {"tagKeys", "b"}}, "");

  EXPECT_EQ(apps->token, "a");
  EXPECT_EQ(untag->tag_keys, (std::vector<std::string>{"a", "b"}));
}

TEST(OperationsTest, MissingQueryListIsReported) {
  EXPECT_EQ(ErrorOf<ops::UntagResource>({{"resource-arn", "arn"}}, {}),
            "Missing required member 'tagKeys'.");
}

TEST(OperationsTest, BadQueryValuesAreReportedByTheirName) {
  EXPECT_EQ(
      ErrorOf<ops::UpdateSmsTemplate>({{"template-name", "x"}}, {{"create-new-version", "1"}}),
      "Member 'create-new-version': expected true or false, got '1'.");
  EXPECT_EQ(ErrorOf<ops::GetApplicationDateRangeKpi>({{"application-id", "a"}, {"kpi-name", "k"}},
                                                     {{"start-time", "soon"}}),
            "Member 'start-time': expected an ISO 8601 time, got 'soon'.");
}

TEST(OperationsTest, KpiRangeIsDecoded) {
  const auto request = DecodeRequest<ops::GetApplicationDateRangeKpi>(
      Parameters{{"application-id", "a"}, {"kpi-name", "k"}},
      Parameters{{"start-time", "2026-11-23"}, {"end-time", "1700000000"}},
      "");

  ASSERT_TRUE(request.ok()) << request.error().message;
  EXPECT_EQ(base::ToMillis(*request->start_time), 1'795'392'000'000);
  EXPECT_EQ(base::ToMillis(*request->end_time), 1'700'000'000'000);
}

TEST(OperationsTest, EmptyBodyStillNeedsItsRequiredMembers) {
  EXPECT_EQ(ErrorOf<ops::CreateApp>({}, {}), "Missing required member 'Name'.");
}

TEST(OperationsTest, BodyOfOperationsWithoutPayloadIsNotLookedAt) {
  EXPECT_EQ(ErrorOf<ops::GetApp>({{"application-id", "a"}}, {}, "no json"), "");
}

TEST(OperationsTest, AFailedRequestDoesNotTouchTheNext) {
  EXPECT_NE(ErrorOf<ops::CreateApp>({}, {}, "no json"), "");

  EXPECT_EQ(ErrorOf<ops::GetApp>({{"application-id", "a"}}, {}), "");
}

TEST(OperationsTest, InvalidUtf8InParametersIsRefused) {
  EXPECT_EQ(ErrorOf<ops::GetApp>({{"application-id", "\xff"}}, {}),
            "Member 'application-id': expected UTF-8 text without U+0000, got something else.");
}

}  // namespace
}  // namespace pinion::model
