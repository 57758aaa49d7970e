#include "api/page_access.h"

#include <utility>
#include <variant>

#include "base/log.h"

namespace pinion::api {

std::optional<ErrorReply> PageAccess::Refuse(const http::Request& request,
                                             CallFacts& facts,
                                             const model::OperationDescriptor& as) const {
  AuthenticationResult result = authenticator_.Authenticate(request);
  if (auto* failure = std::get_if<AuthenticationFailure>(&result)) {
    return ErrorReplyFor(std::move(*failure));
  }
  auto& caller = std::get<Authenticated>(result);
  facts.principal = std::move(caller.principal);
  facts.region = std::move(caller.region);
  auditor_.NoteCaller(request, facts);
  const base::Status allowed = authorizer_.Check({request, facts, as});
  if (allowed.ok()) {
    return std::nullopt;
  }
  ErrorReply refusal = ErrorReplyFor(allowed.error());
  const base::Status audited = auditor_.Refused(
      {request, facts, as},
      {.status = refusal.status, .exception = refusal.exception, .message = refusal.message});
  if (!audited.ok()) {
    base::Log(base::LogLevel::kError,
              "audit",
              "a refusal was not recorded",
              {{"request_id", facts.request_id}, {"error", audited.error().message}});
  }
  return refusal;
}

}  // namespace pinion::api
