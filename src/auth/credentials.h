// Where the secrets of access keys come from. SigV4Verifier asks; AccessKeyStore answers for
// permanent keys, identities/ for session credentials.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "auth/auth_error.h"
#include "auth/session.h"

namespace pinion::auth {

struct KeyInUse;

struct Secrets {
  std::string current;
  // The secret before a rotation, while it is good, too; else empty.
  std::string previous = {};
};

struct Credential {
  std::shared_ptr<const Secrets> secrets = nullptr;
  // What the session token says; none for a permanent key.
  std::shared_ptr<const Session> session = nullptr;
  // Of a permanent key: what its caller may do.
  std::shared_ptr<const KeyInUse> key = nullptr;
};

// Thread-safe; must not block on the disk.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  // The secret of a key that may be used now. `session_token` is empty if the request has none.
  // kUnrecognizedClient for a key that is unknown or may not be used, and for a token that does not
  // belong to it; kExpiredToken.
  virtual AuthResult<Credential> Find(std::string_view access_key_id,
                                      std::string_view session_token) const = 0;
};

// Asks the one or the other, as the access key id tells (AUTH-11). Both must outlive this.
class KeysAndSessions final : public CredentialSource {
 public:
  KeysAndSessions(const CredentialSource& keys, const CredentialSource& sessions)
      : keys_(keys), sessions_(sessions) {}
  AuthResult<Credential> Find(std::string_view access_key_id,
                              std::string_view session_token) const override {
    const bool of_session = access_key_id.starts_with(kSessionKeyPrefix);
    return (of_session ? sessions_ : keys_).Find(access_key_id, session_token);
  }

 private:
  const CredentialSource& keys_;
  const CredentialSource& sessions_;
};

}  // namespace pinion::auth
