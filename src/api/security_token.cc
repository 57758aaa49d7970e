#include "api/security_token.h"

#include <algorithm>
#include <string>
#include <utility>

#include "api/aws_query_reply.h"

namespace pinion::api {

namespace {

struct CodeOf {
  std::string_view exception;
  std::string_view code;
};

// By these codes clients of STS know what AUTH-20 names otherwise.
constexpr CodeOf kCodes[] = {
    {"MissingAuthenticationTokenException", "MissingAuthenticationToken"},
    {"IncompleteSignatureException", "IncompleteSignature"},
    {"UnrecognizedClientException", "InvalidClientTokenId"},
    {"InvalidSignatureException", "SignatureDoesNotMatch"},
    {"ExpiredTokenException", "ExpiredToken"},
};

std::string_view StsCode(std::string_view exception) {
  const auto found = std::find_if(std::begin(kCodes), std::end(kCodes), [&](const CodeOf& row) {
    return row.exception == exception;
  });
  return found == std::end(kCodes) ? "AccessDenied" : found->code;
}

}  // namespace

http::Response GetCallerIdentity(SiblingCall& call) {
  AuthenticationResult result = call.parts.authenticator.Authenticate(call.request);
  if (const auto* failure = std::get_if<AuthenticationFailure>(&result)) {
    return AwsQueryError(
        failure->status, StsCode(failure->exception), failure->message, call.facts.request_id);
  }
  call.facts.principal = std::move(std::get<Authenticated>(result).principal);
  const Principal& principal = call.facts.principal;
  const std::string& user_id =
      principal.access_key_id.empty() ? principal.name : principal.access_key_id;
  return AwsQueryReply("GetCallerIdentity",
                       "<Arn>" + EscapeXml(principal.arn) + "</Arn><UserId>" + EscapeXml(user_id) +
                           "</UserId><Account>" + EscapeXml(AccountOf(principal)) + "</Account>",
                       call.facts.request_id);
}

}  // namespace pinion::api
