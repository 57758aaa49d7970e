// Where the secrets of access keys come from. SigV4Verifier asks; AccessKeyStore answers for
// permanent keys.
#pragma once

#include <string>
#include <string_view>

#include "auth/auth_error.h"

namespace pinion::auth {

struct Credential {
  std::string secret;
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

}  // namespace pinion::auth
