// Session credentials (AUTH-53, AUTH-55): an access key id, a secret, and a token in which all
// there is to know about them is sealed. So issuing stores nothing, any process with the server's
// keys can read them back, and they survive a restart. Whether a token is still good – not past its
// end, not revoked – is decided by who knows the identity pools. Thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "auth/auth_error.h"
#include "auth/secret_box.h"
#include "auth/session.h"
#include "base/ids.h"

namespace pinion::auth {

// Longer texts are no tokens of ours and are not looked at.
inline constexpr size_t kSessionTokenBytesMax = 4096;

struct SessionCredentials {
  std::string access_key_id;
  std::string secret;
  std::string token;
};

struct OpenedSession {
  Session session;
  std::string secret;
};

class SessionTokens {
 public:
  // Both must outlive this.
  SessionTokens(const SecretBox& box, base::IdGenerator& ids) : box_(box), ids_(ids) {}

  // `session.access_key_id` is made here, whatever it was.
  SessionCredentials Issue(Session session) const;
  // kUnrecognizedClient when the token is absent, altered, of another server or of another key.
  AuthResult<OpenedSession> Open(std::string_view access_key_id, std::string_view token) const;

 private:
  const SecretBox& box_;
  base::IdGenerator& ids_;
};

}  // namespace pinion::auth
