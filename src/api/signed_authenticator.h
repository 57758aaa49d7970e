// Knows callers by their Signature Version 4 (AUTH-1 to AUTH-20): with a permanent key or with the
// session credentials of an identity pool. Thread-safe.
#pragma once

#include <string>

#include "api/authenticator.h"
#include "auth/access_key_store.h"
#include "auth/sigv4_verifier.h"
#include "base/clock.h"
#include "http/trusted_proxies.h"
#include "identities/identity_service.h"

namespace pinion::api {

class SignedAuthenticator final : public Authenticator {
 public:
  struct Options {
    std::string account_id;
    // Peers whose X-Forwarded-Host counts (AUTH-7).
    http::TrustedProxies trusted_proxies = {};
    auth::SigV4Verifier::Options verifier = {};
  };
  // All must outlive this.
  SignedAuthenticator(Options options,
                      auth::AccessKeyStore& keys,
                      const identities::IdentityService& identities,
                      const base::Clock& wall_clock);

  AuthenticationResult Authenticate(const http::Request& request) const override;

 private:
  const Options options_;
  auth::AccessKeyStore& keys_;
  const identities::IdentityService& identities_;
  const base::Clock& wall_clock_;
  const auth::KeysAndSessions credentials_;
  const auth::SigV4Verifier verifier_;
};

}  // namespace pinion::api
