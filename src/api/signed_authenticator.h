// Knows callers by their Signature Version 4 (AUTH-1 to AUTH-20). Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "api/authenticator.h"
#include "auth/access_key_store.h"
#include "auth/sigv4_verifier.h"
#include "base/clock.h"

namespace pinion::api {

class SignedAuthenticator final : public Authenticator {
 public:
  struct Options {
    std::string account_id;
    // Peers whose X-Forwarded-Host counts (AUTH-7).
    std::vector<std::string> trusted_proxies = {};
    auth::SigV4Verifier::Options verifier = {};
  };
  // Both must outlive this.
  SignedAuthenticator(Options options, auth::AccessKeyStore& keys, const base::Clock& wall_clock);

  AuthenticationResult Authenticate(const http::Request& request) const override;

 private:
  const Options options_;
  auth::AccessKeyStore& keys_;
  const base::Clock& wall_clock_;
  const auth::SigV4Verifier verifier_;
};

}  // namespace pinion::api
