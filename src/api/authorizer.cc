#include "api/authorizer.h"

#include <string_view>
#include <utility>

#include "api/call_conditions.h"
#include "auth/policy_set.h"
#include "base/arn.h"

namespace pinion::api {
namespace {

constexpr std::string_view kChosenIdHeader = "x-pinion-resource-id";
constexpr std::string_view kAssignId = "pinion:AssignId";
constexpr std::string_view kReports = "mobiletargeting:GetReports";

// AUTH-40.
base::Error Refusal(const Principal& principal,
                    std::string_view action,
                    std::string_view arn,
                    const auth::Decision& decision) {
  std::string message = "User: " + principal.arn + " is not authorized to perform: ";
  message.append(action).append(" on resource: ").append(arn);
  if (decision.outcome == auth::Decision::Outcome::kExplicitDeny) {
    message += " with an explicit deny";
  }
  return base::Forbidden(std::move(message));
}

// AUTH-37: what the console shows of analytics is also open to who may get reports.
bool IsAnalytics(const model::OperationDescriptor& operation) {
  return operation.native && operation.method == "GET" &&
         operation.path.find("/analytics") != std::string_view::npos;
}

// The id behind "apps/", as far as the path has one.
std::string_view ApplicationOf(std::string_view path) {
  constexpr std::string_view kApps = "apps/";
  if (!path.starts_with(kApps)) {
    return {};
  }
  path.remove_prefix(kApps.size());
  return path.substr(0, path.find('/'));
}

}  // namespace

base::Status Authorizer::Check(const Request& call) const {
  const auto& policies = call.facts.principal.policies;
  if (call.facts.principal.type == Principal::Type::kGuest && call.operation.native) {
    return CheckGuest(call);
  }
  return policies != nullptr && policies->is_administrator() ? base::Status() : CheckPolicies(call);
}

// AUTH-56: native operations are out of a guest's reach, whatever his policy says.
base::Status Authorizer::CheckGuest(const Request& call) const {
  const PolicyTarget target = PolicyTargetOf(call.operation, call.facts.path_parameters);
  if (target.open) {
    return {};
  }
  return Refusal(call.facts.principal, target.action, ArnOf(call, target), {});
}

base::Status Authorizer::CheckPolicies(const Request& call) const {
  PolicyTarget target = PolicyTargetOf(call.operation, call.facts.path_parameters);
  if (target.open) {
    return {};
  }
  if (NamesItsResource(call.operation)) {
    // TAG-7: whatever partition, region and account the caller wrote, it is this resource, and
    // policies know it by its own ARN.
    if (auto named = base::ResourceOfArn(call.facts.path_parameters[0])) {
      target.path = *named;
      target.resource = *std::move(named);
    }
  }
  static const auth::PolicySet kNothing;
  const Principal& principal = call.facts.principal;
  const auth::PolicySet& policies = principal.policies ? *principal.policies : kNothing;
  const CallConditions conditions({.request = call.request,
                                   .facts = call.facts,
                                   .operation = call.operation,
                                   .path = target.path,
                                   .tags = parts_.services.tags,
                                   .wall_clock = parts_.wall_clock,
                                   .account_id = parts_.account_id});
  const std::string arn = ArnOf(call, target);
  const auth::AuthorizationRequest asked{target.action, arn, conditions};
  const auth::Decision decision = policies.Evaluate(asked);
  PINION_CHECK(conditions.body_status());
  if (!decision.allowed()) {
    const std::string everything =
        base::MakeArn({parts_.services.server_region, parts_.account_id}, "*");
    const bool reports = decision.outcome == auth::Decision::Outcome::kImplicitDeny &&
                         IsAnalytics(call.operation) &&
                         policies.Evaluate({kReports, everything, conditions}).allowed();
    return reports ? base::Status() : Refusal(principal, target.action, arn, decision);
  }
  if (!call.operation.native && call.request.headers.Has(kChosenIdHeader) &&
      call.request.method == "POST") {
    const auth::AuthorizationRequest assigning{kAssignId, arn, conditions};
    const auth::Decision may = policies.Evaluate(assigning);
    return may.allowed() ? base::Status() : Refusal(principal, kAssignId, arn, may);
  }
  return {};
}

base::Status Authorizer::CheckSibling(const SiblingRequest& call) const {
  // Tags of the request and of resources belong to the operations of Pinpoint.
  static constexpr model::OperationDescriptor kNoOperation = {
      .name = "", .method = "POST", .path = ""};
  static const auth::PolicySet kNothing;
  const Principal& principal = call.facts.principal;
  const auth::PolicySet& policies = principal.policies ? *principal.policies : kNothing;
  if (principal.type != Principal::Type::kGuest && policies.is_administrator()) {
    return {};
  }
  const CallConditions conditions({.request = call.request,
                                   .facts = call.facts,
                                   .operation = kNoOperation,
                                   .path = "",
                                   .tags = parts_.services.tags,
                                   .wall_clock = parts_.wall_clock,
                                   .account_id = parts_.account_id});
  auth::Decision decision;
  if (principal.type != Principal::Type::kGuest) {
    for (const std::string& resource : call.resources) {
      const auth::Decision next = policies.Evaluate({call.action, resource, conditions});
      if (next.outcome == auth::Decision::Outcome::kExplicitDeny) {
        decision = next;
        break;
      }
      decision = next.allowed() ? next : decision;
    }
  }
  return decision.allowed() ? base::Status()
                            : Refusal(principal, call.action, call.resources.front(), decision);
}

std::string Authorizer::ArnOf(std::string_view resource) const {
  return base::MakeArn({RegionOf(resource, parts_.services.server_region), parts_.account_id},
                       resource);
}

std::string Authorizer::ArnOfService(std::string_view service, std::string_view resource) const {
  // Not the caller's region: by choosing one he could slip past a policy that names another.
  std::string arn = "arn:aws:";
  arn.append(service).append(":").append(parts_.services.server_region).append(":");
  return arn.append(parts_.account_id).append(":").append(resource);
}

std::string Authorizer::ArnOf(const Request& call, const PolicyTarget& target) const {
  if (!call.operation.native) {
    return base::MakeArn({RegionOf(target.path, call.facts.region), parts_.account_id},
                         target.resource);
  }
  // Not the caller's region: by choosing one he could slip past a policy that names another.
  const std::string region = RegionOf(target.path, parts_.services.server_region);
  return "arn:aws:pinion:" + region + ":" + parts_.account_id + ":" + target.resource;
}

// AUTH-36: the region of the stored application or template; `fallback` for what does not exist.
std::string Authorizer::RegionOf(std::string_view path, const std::string& fallback) const {
  if (const std::string_view app = ApplicationOf(path); !app.empty()) {
    auto scope = parts_.services.applications.ArnScopeOf(base::AppId(std::string(app)));
    return scope.ok() ? std::move(scope->region) : fallback;
  }
  if (path.starts_with("templates/")) {
    auto region = parts_.services.templates.RegionOf(path);
    return region.ok() ? *std::move(region) : fallback;
  }
  return fallback;
}

}  // namespace pinion::api
