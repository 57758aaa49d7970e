#include "api/session_authenticator.h"

#include <utility>

#include "api/principals.h"
#include "http/url.h"

namespace pinion::api {

namespace {

// As auth/signature_claims looks for them. A query that cannot be read is refused later.
bool IsSigned(const http::Request& request) {
  if (request.headers.Has("Authorization")) {
    return true;
  }
  const auto query = http::ParseQuery(request.query);
  return query.ok() && (http::FindParameter(*query, "X-Amz-Algorithm") ||
                        http::FindParameter(*query, "X-Amz-Signature") ||
                        http::FindParameter(*query, "X-Amz-Credential"));
}

}  // namespace

AuthenticationResult SessionAuthenticator::Authenticate(const http::Request& request) const {
  if (SessionGuard::TokenOf(request).empty() || IsSigned(request)) {
    return parts_.signatures.Authenticate(request);
  }
  SessionGuard::Verdict verdict = parts_.guard.Check(request);
  if (auto* failure = std::get_if<AuthenticationFailure>(&verdict)) {
    return std::move(*failure);
  }
  const auto& session = std::get<users::SessionInUse>(verdict);
  if (session.totp_required) {
    return AuthenticationFailure{"ForbiddenException",
                                 "Users of this server must set up one-time codes before anything "
                                 "else: POST /pinion/v1/session/totp."};
  }
  if (const auto& key = session.principal.key) {
    if (auto refusal = TakeFromLimit(*key, parts_.wall_clock.Now())) {
      return *std::move(refusal);
    }
    parts_.keys.NoteUse(*key);
  }
  return Authenticated{PrincipalOf(session.principal, options_.account_id), options_.region};
}

}  // namespace pinion::api
