#include "api/signed_authenticator.h"

#include <algorithm>
#include <utility>

namespace pinion::api {

namespace {

std::vector<auth::Header> HeadersOf(const http::Request& request) {
  std::vector<auth::Header> headers;
  headers.reserve(request.headers.size());
  for (const http::Header header : request.headers) {
    headers.push_back({header.name, header.value});
  }
  return headers;
}

AuthenticationFailure FailureOf(const auth::AuthError& error) {
  if (error.failure == auth::AuthFailure::kUnsupportedPayload) {
    return {"BadRequestException", error.message, 400};
  }
  return {std::string(auth::AuthFailureName(error.failure)), error.message};
}

}  // namespace

SignedAuthenticator::SignedAuthenticator(Options options,
                                         auth::AccessKeyStore& keys,
                                         const base::Clock& wall_clock)
    : options_(std::move(options)),
      keys_(keys),
      wall_clock_(wall_clock),
      verifier_(options_.verifier, keys) {}

AuthenticationResult SignedAuthenticator::Authenticate(const http::Request& request) const {
  const std::vector<auth::Header> headers = HeadersOf(request);
  const bool behind_proxy = std::find(options_.trusted_proxies.begin(),
                                      options_.trusted_proxies.end(),
                                      request.peer_address) != options_.trusted_proxies.end();
  const auth::SignedRequest signed_request{
      .method = request.method,
      .path = request.path,
      .query = request.query,
      .headers = headers,
      .body = request.BodyAsReceived(),
      .forwarded_host = behind_proxy ? request.headers.Find("X-Forwarded-Host").value_or("")
                                     : std::string_view()};
  const auto verified = verifier_.Verify(signed_request, wall_clock_.Now());
  if (!verified.ok()) {
    return FailureOf(verified.error());
  }
  const auto key = keys_.Get(verified->access_key_id);
  if (!key.ok()) {
    // Deleted since the signature was checked.
    return AuthenticationFailure{"UnrecognizedClientException", "The access key is not known."};
  }
  Authenticated caller;
  caller.region = verified->region;
  caller.principal.type = Principal::Type::kKey;
  caller.principal.access_key_id = key->id;
  caller.principal.name = key->name;
  caller.principal.arn = "arn:aws:iam::" + options_.account_id + ":user/" + key->name;
  if (!key->IsAdministrator()) {
    // Policies are not evaluated yet, so a key that is restricted by them may do nothing.
    return AuthenticationFailure{"ForbiddenException",
                                 "User: " + caller.principal.arn +
                                     " is not an administrator, and other policies are not "
                                     "evaluated yet."};
  }
  keys_.NoteUse(key->id);
  return caller;
}

}  // namespace pinion::api
