// Operations of other AWS services that carry a signature: who calls is found out, policies are
// asked under the service's own actions, changes are audited, and answers and errors have the form
// of the service. One call each, in the order of API-25, but that a body that cannot be read is
// told of before a permission is looked for, since the resource is named in the body.
//   http::Response SendTextMessage(SiblingCall& call) {
//     return AnswerSigned<model::SmsVoiceSendTextMessageRequest, model::SmsVoiceSendResponse>(
//         call, kSendTextMessage, ResourcesOf, Perform);
//   }
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/sibling_services.h"
#include "base/result.h"
#include "http/message.h"
#include "model/codec.h"

namespace pinion::api {

// How a service tells of failures.
struct SiblingError {
  base::Errc code;
  int status;
  std::string_view exception;
  std::string_view reason = {};  // the member `Reason`, where the service has one
};

// What the operations of one service have in common.
struct SiblingService {
  std::string_view event_source;  // in the audit: "tagging.amazonaws.com"
  std::string_view content_type;
  std::string_view message_member;       // of an error: "message" or "Message"
  std::span<const SiblingError> errors;  // the last one is for everything else
};

// What a call does to the data, and so what becomes of it: changes are refused while the server
// takes none and wait until they are durable; of what is sent the audit shows refusals only (as of
// SendMessages, OPS-62).
enum class SiblingEffect { kNone, kChange, kSend };

struct SignedSibling {
  const SiblingService& service;
  std::string_view name;    // "SendEmail"
  std::string_view action;  // "ses:SendEmail"
  SiblingEffect effect = SiblingEffect::kNone;
};

// What policies are asked about: each must be permitted. The names of one are alternatives: being
// permitted under one of them is enough, being denied under one is too much.
using SiblingResources = std::vector<std::vector<std::string>>;

// The pipeline; AnswerSigned knows the order.
class SignedSiblingCall {
 public:
  SignedSiblingCall(SiblingCall& call, const SignedSibling& operation);

  // Both answer who may not go on.
  std::optional<http::Response> Authenticate();
  std::optional<http::Response> Authorize(const SiblingResources& resources);
  // Announces a change to the audit. `resources` are the ARNs of what is changed.
  std::optional<http::Response> Begin(std::vector<std::string> resources);

  http::Response Succeed(std::string body, const model::DecodeReport& report);
  http::Response Fail(const base::Error& error) { return Fail(error, 1); }

 private:
  // The seconds are told where trying again makes sense.
  http::Response Fail(const base::Error& error, int retry_after_seconds);
  http::Response Refuse(const SiblingError& row, std::string_view message);
  base::Status Audit(std::string_view exception,
                     std::string_view message,
                     std::string_view response_body);
  CallAuditor::AuditedCall Audited() const;

  SiblingCall& call_;
  const SignedSibling& operation_;
  const model::OperationDescriptor descriptor_;
  std::vector<std::string> changed_;
  CallAuditor::EntryPtr audit_;
};

// `resources_of(call, input)` gives the SiblingResources, `perform(call, input)` the answer.
template <class Input, class Output, class ResourcesOf, class Perform>
http::Response AnswerSigned(SiblingCall& call,
                            const SignedSibling& operation,
                            const ResourcesOf& resources_of,
                            const Perform& perform) {
  SignedSiblingCall signed_call(call, operation);
  if (auto refusal = signed_call.Authenticate()) {
    return *std::move(refusal);
  }
  model::DecodeReport report;
  const base::Result<Input> input = model::Decode<Input>(call.request.body, &report);
  if (!input.ok()) {
    return signed_call.Fail(input.error());
  }
  if (auto refusal = signed_call.Authorize(resources_of(call, *input))) {
    return *std::move(refusal);
  }
  std::vector<std::string> changed;
  if constexpr (requires { input->resource_arn_list.begin(); }) {
    changed = input->resource_arn_list;
  }
  if (auto refusal = signed_call.Begin(std::move(changed))) {
    return *std::move(refusal);
  }
  const base::Result<Output> output = perform(call, *input);
  return output.ok() ? signed_call.Succeed(model::ToJson(*output), report)
                     : signed_call.Fail(output.error());
}

}  // namespace pinion::api
