// Every operation of the model against every built-in role (AUTH-32): what the role's text allows
// passes, nothing else does. What is expected is written down here once more, role by role, and not
// taken from the code that decides.
#include <set>

#include "model/operations.h"
#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::Reply;

const std::set<std::string_view> kIngest = {
    "PutEvents", "UpdateEndpoint", "UpdateEndpointsBatch", "GetInAppMessages"};
const std::set<std::string_view> kGuest = {"PutEvents", "UpdateEndpoint", "GetInAppMessages"};
const std::set<std::string_view> kSender = {"SendMessages",
                                            "SendUsersMessages",
                                            "SendOTPMessage",
                                            "VerifyOTPMessage",
                                            "PhoneNumberValidate"};
const std::set<std::string_view> kNotForMarketers = {
    "CreateApp", "DeleteApp", "PutEventStream", "DeleteEventStream"};

bool ChangesAChannel(std::string_view name) {
  return name.ends_with("Channel") && (name.starts_with("Update") || name.starts_with("Delete"));
}

bool Expected(std::string_view role, std::string_view operation) {
  if (role == "Administrator" || role == "Developer") {
    return true;
  }
  if (role == "Marketer") {
    return !kNotForMarketers.contains(operation) && !ChangesAChannel(operation);
  }
  if (role == "ReadOnly") {
    return operation.starts_with("Get") || operation.starts_with("List");
  }
  const std::set<std::string_view>& allowed =
      role == "Sender" ? kSender : (role == "Ingest" ? kIngest : kGuest);
  return allowed.contains(operation);
}

// Every parameter in braces becomes something that exists nowhere.
std::string TargetOf(std::string_view path) {
  std::string target;
  while (!path.empty()) {
    const size_t open = path.find('{');
    target += path.substr(0, open);
    if (open == std::string_view::npos) {
      break;
    }
    const size_t close = path.find('}', open);
    const std::string_view name = path.substr(open + 1, close - open - 1);
    target += name == "resource-arn" ? "arn:aws:mobiletargeting:us-east-1:123456789012:apps/nowhere"
                                     : (name == "template-type" ? "email" : "nowhere");
    path.remove_prefix(close + 1);
  }
  return target;
}

class OperationsByRoleTest : public testing::ApiTest,
                             public ::testing::WithParamInterface<const char*> {};

TEST_P(OperationsByRoleTest, OnlyWhatTheRoleAllowsPasses) {
  size_t operations = 0;
  for (const model::OperationDescriptor* operation : model::kAllOperations) {
    if (operation->native) {
      continue;
    }
    ++operations;
    AsCallerWith({GetParam()});
    const Reply reply = Send(std::string(operation->method), TargetOf(operation->path), "{}");

    if (Expected(GetParam(), operation->name)) {
      EXPECT_NE(reply.status, 403) << operation->name << " " << reply.body;
      continue;
    }
    EXPECT_THAT(reply, testing::IsError(403, "ForbiddenException")) << operation->name;
    EXPECT_THAT(reply.At("/Message").value_or(""),
                ::testing::StartsWith("User: arn:aws:iam::123456789012:user/anonymous is not "
                                      "authorized to perform: mobiletargeting:" +
                                      std::string(operation->name) +
                                      " on resource: "
                                      "arn:aws:mobiletargeting:us-east-1:123456789012:"))
        << operation->name;
  }
  EXPECT_EQ(operations, 122);
}

INSTANTIATE_TEST_SUITE_P(
    Roles,
    OperationsByRoleTest,
    ::testing::Values(
        "Administrator", "Developer", "Marketer", "ReadOnly", "Sender", "Ingest", "Guest"),
    [](const auto& role) { return std::string(role.param); });

}  // namespace
}  // namespace pinion::api
