#include "api/signed_authenticator.h"

#include <algorithm>
#include <utility>

#include "api/guest_principal.h"

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

// AUTH-60.
AuthenticationFailure OverLimit(std::chrono::seconds wait) {
  return {"TooManyRequestsException",
          "The rate limit of this access key is reached.",
          429,
          static_cast<int>(wait.count())};
}

}  // namespace

SignedAuthenticator::SignedAuthenticator(Options options,
                                         auth::AccessKeyStore& keys,
                                         const identities::IdentityService& identities,
                                         const base::Clock& wall_clock)
    : options_(std::move(options)),
      keys_(keys),
      identities_(identities),
      wall_clock_(wall_clock),
      credentials_(keys, identities),
      verifier_(options_.verifier, credentials_) {}

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
  const base::Timestamp now = wall_clock_.Now();
  const auto verified = verifier_.Verify(signed_request, now);
  if (!verified.ok()) {
    return FailureOf(verified.error());
  }
  if (verified->session != nullptr) {
    return GuestOf(*verified, identities_, options_.account_id);
  }
  const auto use = keys_.Use(verified->access_key_id);
  if (!use) {
    // Deleted since the signature was checked.
    return AuthenticationFailure{"UnrecognizedClientException", "The access key is not known."};
  }
  if (use->limit != nullptr) {
    if (const auto wait = use->limit->Take(now)) {
      return OverLimit(*wait);
    }
  }
  Authenticated caller;
  caller.region = verified->region;
  caller.principal.type = Principal::Type::kKey;
  caller.principal.access_key_id = use->key->id;
  caller.principal.name = use->key->name;
  caller.principal.arn = "arn:aws:iam::" + options_.account_id + ":user/" + use->key->name;
  caller.principal.policies = use->policies;
  caller.principal.key = use->key;
  keys_.NoteUse(use->key->id);
  return caller;
}

}  // namespace pinion::api
