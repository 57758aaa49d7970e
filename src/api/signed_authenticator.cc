#include "api/signed_authenticator.h"

#include <utility>

#include <boost/container/small_vector.hpp>

#include "api/guest_principal.h"
#include "api/principals.h"

namespace pinion::api {

namespace {

// Most requests have so few that no memory is fetched for them.
using HeaderList = boost::container::small_vector<auth::Header, 16>;

HeaderList HeadersOf(const http::Request& request) {
  HeaderList headers;
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
                                         const identities::IdentityService& identities,
                                         const base::Clock& wall_clock)
    : options_(std::move(options)),
      keys_(keys),
      identities_(identities),
      wall_clock_(wall_clock),
      credentials_(keys, identities),
      verifier_(options_.verifier, credentials_) {}

AuthenticationResult SignedAuthenticator::Authenticate(const http::Request& request) const {
  const HeaderList headers = HeadersOf(request);
  const bool behind_proxy = options_.trusted_proxies.Has(request.peer_address);
  const auth::SignedRequest signed_request{
      .method = request.method,
      .path = request.path,
      .query = request.query,
      .headers = {headers.data(), headers.size()},
      .body = request.BodyAsReceived(),
      .forwarded_host = behind_proxy ? request.headers.Find("X-Forwarded-Host").value_or("")
                                     : std::string_view()};
  const base::Timestamp now = wall_clock_.Now();
  auto verified = verifier_.Verify(signed_request, now);
  if (!verified.ok()) {
    return FailureOf(verified.error());
  }
  if (verified->credential.session != nullptr) {
    return GuestOf(*verified, identities_, options_.account_id);
  }
  const auth::KeyPtr& use = verified->credential.key;
  if (auto refusal = TakeFromLimit(*use, now)) {
    return *std::move(refusal);
  }
  keys_.NoteUse(*use);
  return Authenticated{PrincipalOf(use, options_.account_id), std::move(verified->region)};
}

}  // namespace pinion::api
