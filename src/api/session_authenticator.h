// Knows callers by their session of the console (OPS-41), and leaves those that sign to the
// authenticator of signatures: a request with both is judged by the signature. Thread-safe.
#pragma once

#include <string>

#include "api/authenticator.h"
#include "api/session_guard.h"
#include "auth/access_key_store.h"
#include "base/clock.h"

namespace pinion::api {

class SessionAuthenticator final : public Authenticator {
 public:
  struct Options {
    std::string account_id;
    // Sessions have no signing scope that names one.
    std::string region;
  };
  // All must outlive this.
  struct Parts {
    const Authenticator& signatures;
    const SessionGuard& guard;
    auth::AccessKeyStore& keys;
    const base::Clock& wall_clock;
  };
  SessionAuthenticator(Options options, const Parts& parts)
      : options_(std::move(options)), parts_(parts) {}

  AuthenticationResult Authenticate(const http::Request& request) const override;
  bool open_to_everybody() const override { return parts_.signatures.open_to_everybody(); }

 private:
  const Options options_;
  const Parts parts_;
};

}  // namespace pinion::api
