#include "identities/guest_policy.h"

#include "base/json_text.h"
#include "model/codec.h"
#include "model/identity_pools.h"

namespace pinion::identities {
namespace {

// Native operations, and the services beside Pinpoint, are out of a guest's reach.
constexpr std::string_view kPinpointOnly =
    R"({"Version":"2012-10-17","Statement":{"Sid":"PinpointOnly","Effect":"Deny",)"
    R"("NotAction":"mobiletargeting:*","Resource":"*"}})";

std::string DefaultPolicy(std::span<const std::string> applications, std::string_view account_id) {
  base::JsonWriter json;
  json.BeginObject().Key("Version").String("2012-10-17").Key("Statement").BeginObject();
  json.Key("Effect").String("Allow").Key("Action").BeginArray();
  for (const std::string_view action : {"PutEvents", "UpdateEndpoint", "GetInAppMessages"}) {
    json.String("mobiletargeting:" + std::string(action));
  }
  json.EndArray().Key("Resource").BeginArray();
  for (const std::string& app : applications) {
    const std::string arn = "arn:*:mobiletargeting:*:" + std::string(account_id) + ":apps/" + app;
    json.String(arn + "/events").String(arn + "/endpoints/*");
  }
  json.EndArray().EndObject().EndObject();
  return json.Take();
}

}  // namespace

base::Result<std::string> PolicyText(const model::RawJson& given, std::string_view member) {
  if (given.text.starts_with('{')) {
    return given.text;
  }
  if (!given.text.starts_with('"')) {
    return base::InvalidArgument("Member '" + std::string(member) +
                                 "' must be a policy document or the name of a role.");
  }
  PINION_TRY(auto decoded, model::Decode<model::PolicyReference>(R"({"Text":)" + given.text + "}"));
  return std::move(decoded.text);
}

std::vector<std::string> PoliciesOf(const std::optional<std::string>& own,
                                    std::span<const std::string> applications,
                                    std::string_view account_id) {
  std::vector<std::string> policies = {std::string(kPinpointOnly)};
  if (own) {
    policies.push_back(*own);
  } else if (!applications.empty()) {
    policies.push_back(DefaultPolicy(applications, account_id));
  }
  return policies;
}

}  // namespace pinion::identities
