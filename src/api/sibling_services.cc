#include "api/sibling_services.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "api/aws_json_reply.h"
#include "api/aws_query_reply.h"
#include "api/cognito_identity.h"
#include "api/error_reply.h"
#include "api/resource_tagging.h"
#include "api/security_token.h"
#include "api/ses_email.h"
#include "api/sms_voice.h"
#include "http/url.h"

namespace pinion::api {

namespace {

constexpr SiblingOperation kOperations[] = {
    {"GetId", "AWSCognitoIdentityService.GetId", "", GetCognitoId},
    {"GetCredentialsForIdentity",
     "AWSCognitoIdentityService.GetCredentialsForIdentity",
     "",
     GetCognitoCredentials},
    {"GetOpenIdToken", "AWSCognitoIdentityService.GetOpenIdToken", "", RefuseOpenIdToken},
    {"GetCallerIdentity", "", "GetCallerIdentity", GetCallerIdentity},
    {"GetResources", "ResourceGroupsTaggingAPI_20170126.GetResources", "", GetTaggedResources},
    {"TagResources", "ResourceGroupsTaggingAPI_20170126.TagResources", "", TagResources},
    {"UntagResources", "ResourceGroupsTaggingAPI_20170126.UntagResources", "", UntagResources},
    {"GetTagKeys", "ResourceGroupsTaggingAPI_20170126.GetTagKeys", "", GetTagKeys},
    {"GetTagValues", "ResourceGroupsTaggingAPI_20170126.GetTagValues", "", GetTagValues},
    {"SendTextMessage", "PinpointSMSVoiceV2.SendTextMessage", "", SendTextMessage},
    {"SendVoiceMessage", "PinpointSMSVoiceV2.SendVoiceMessage", "", SendVoiceMessage},
    {"SendEmail", "", "", SendSesEmail, "/v2/email/outbound-emails"},
    // Pinpoint Email, which SES v2 came out of.
    {"SendEmail", "", "", SendSesEmail, "/v1/email/outbound-emails"},
};

const SiblingOperation* Find(std::string_view SiblingOperation::*key, std::string_view value) {
  const auto found = std::find_if(
      std::begin(kOperations), std::end(kOperations), [&](const SiblingOperation& operation) {
        return operation.*key == value;
      });
  return found == std::end(kOperations) ? nullptr : found;
}

// The form field `Action` of the query protocol; empty when the body is no such form.
std::string ActionOf(const http::Request& request) {
  const auto type = request.headers.Find("Content-Type").value_or("");
  if (!type.starts_with("application/x-www-form-urlencoded")) {
    return "";
  }
  const auto form = http::ParseQuery(request.body);
  return form.ok() ? std::string(http::FindParameter(*form, "Action").value_or("")) : "";
}

http::Response Answer(SiblingCall& call) {
  const auto answer = [&](const SiblingOperation& operation) {
    call.facts.operation = operation.name;
    return operation.answer(call);
  };
  if (const auto target = call.request.headers.Find("X-Amz-Target")) {
    const SiblingOperation* operation = Find(&SiblingOperation::target, *target);
    return operation != nullptr && !target->empty()
               ? answer(*operation)
               : AwsJsonError(400, "UnknownOperationException", "There is no such operation here.");
  }
  const std::string action = ActionOf(call.request);
  if (action.empty()) {
    return Render(NoSuchOperation(), call.facts.request_id);
  }
  const SiblingOperation* operation = Find(&SiblingOperation::action, action);
  return operation != nullptr
             ? answer(*operation)
             : AwsQueryError(
                   400, "InvalidAction", "There is no such action here.", call.facts.request_id);
}

// AUTH-60: whoever asks for credentials has none yet, so it is the address that counts.
std::optional<http::Response> RefuseTooMany(const http::Request& request,
                                            const CallFacts& facts,
                                            const SiblingParts& parts) {
  constexpr std::string_view kNeedsNoCredentials = "AWSCognitoIdentityService.";
  const auto target = request.headers.Find("X-Amz-Target");
  if (!target || !target->starts_with(kNeedsNoCredentials)) {
    return std::nullopt;
  }
  const auto wait = parts.limits.Take(facts.client_address, parts.wall_clock.Now());
  if (!wait) {
    return std::nullopt;
  }
  http::Response response =
      AwsJsonError(429, "TooManyRequestsException", "Too many requests from this address.");
  response.headers.Add("Retry-After", std::to_string(wait->count()));
  return response;
}

}  // namespace

std::span<const SiblingOperation> SiblingOperations() {
  return kOperations;
}

base::Status AddSiblingServices(Edge& edge, const SiblingParts& parts) {
  for (const SiblingOperation& operation : kOperations) {
    if (operation.path.empty()) {
      continue;
    }
    PINION_CHECK(
        edge.AddPage({.method = "POST",
                      .path = std::string(operation.path),
                      .run = Run::kWorker,
                      .handler =
                          [parts, &operation](const http::Request& request, CallFacts& facts) {
                            SiblingCall call{request, facts, parts.services, parts};
                            facts.operation = operation.name;
                            return operation.answer(call);
                          },
                      .serving_only = true}));
  }
  return edge.AddPage({.method = "POST",
                       .path = "/",
                       // A login may have to wait for the keys of its provider.
                       .run = Run::kWorker,
                       .handler =
                           [parts](const http::Request& request, CallFacts& facts) {
                             if (auto refusal = RefuseTooMany(request, facts, parts)) {
                               return *std::move(refusal);
                             }
                             SiblingCall call{request, facts, parts.services, parts};
                             return Answer(call);
                           },
                       .serving_only = true});
}

}  // namespace pinion::api
