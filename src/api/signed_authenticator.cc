#include "api/signed_authenticator.h"

#include <utility>

#include <boost/container/small_vector.hpp>

#include "api/guest_principal.h"

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

constexpr size_t kUsualArn = 64;

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
  const std::shared_ptr<const auth::KeyInUse>& used = verified->credential.key;
  if (used->limit != nullptr) {
    if (const auto wait = used->limit->Take(now)) {
      return OverLimit(*wait);
    }
  }
  keys_.NoteUse(*used);
  Authenticated caller;
  caller.region = std::move(verified->region);
  caller.principal.type = Principal::Type::kKey;
  caller.principal.access_key_id = std::move(verified->access_key_id);
  caller.principal.name = used->key.name;
  caller.principal.arn.reserve(kUsualArn);
  caller.principal.arn.append("arn:aws:iam::").append(options_.account_id);
  caller.principal.arn.append(":user/").append(used->key.name);
  caller.principal.policies = used->policies;
  caller.principal.key = {used, &used->key};
  return caller;
}

}  // namespace pinion::api
