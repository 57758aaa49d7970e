// Gives mobile and web apps their identities and credentials, as Cognito Identity does (AUTH-50 to
// AUTH-57), and knows what the session credentials that it gave out are worth. Nothing is stored by
// any of it. Thread-safe; GetId and GetCredentials may wait for the key set of a login provider
// when there are logins.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/credentials.h"
#include "auth/session.h"
#include "auth/session_tokens.h"
#include "base/clock.h"
#include "base/result.h"
#include "identities/identity_ids.h"
#include "identities/identity_pools.h"
#include "identities/key_sets.h"
#include "model/map.h"

namespace pinion::identities {

// Provider name → web token, as clients send them.
using Logins = model::Map<std::string>;

inline constexpr size_t kLoginsMax = 10;

struct IssuedCredentials {
  auth::SessionCredentials credentials;
  std::string identity_id;
  base::Timestamp expires_at;
};

class IdentityService final : public auth::CredentialSource {
 public:
  struct Options {
    // AUTH-65: without authentication every pool id is as good as any.
    bool accept_any_pool = false;
  };
  struct Collaborators {
    const IdentityPools& pools;
    const IdentityIds& ids;
    const auth::SessionTokens& tokens;
    KeySets& key_sets;
    const base::Clock& wall_clock;
  };
  IdentityService(const Collaborators& collaborators, Options options)
      : with_(collaborators), options_(options) {}

  // A new identity, or always the same for a login (AUTH-52). kInvalidArgument for a malformed id,
  // kNotFound for an unknown pool, kForbidden for guests where none are allowed and for a login
  // that does not hold.
  base::Result<std::string> GetId(const std::string& pool_id, const Logins& logins);
  // AUTH-53, AUTH-54. As GetId; kForbidden also for the identity of a login without it.
  base::Result<IssuedCredentials> GetCredentials(const std::string& identity_id,
                                                 const Logins& logins);

  // AUTH-11: the secret of session credentials, and whose they are. kExpiredToken for those past
  // their end, revoked, or of a pool that was deleted.
  auth::AuthResult<auth::Credential> Find(std::string_view access_key_id,
                                          std::string_view session_token) const override;

  // The pool of a session that Find let through; null when it was deleted since.
  PoolPtr PoolOf(const auth::Session& session) const { return with_.pools.Find(session.pool_id); }

 private:
  // A login that was proven.
  struct ProvenLogin {
    std::string provider;
    std::string issuer;
    std::string subject;
  };

  base::Result<PoolPtr> PoolForNewIdentity(const std::string& pool_id) const;
  base::Result<PoolPtr> PoolForIdentity(const IdentityIds::Known& known) const;
  base::Result<std::vector<ProvenLogin>> Prove(const Pool& pool, const Logins& logins);
  base::Result<ProvenLogin> ProveOne(const Pool& pool,
                                     std::string_view provider_name,
                                     const std::string& token);
  base::Status CheckMayUse(const Pool& pool,
                           const std::string& identity_id,
                           IdentityIds::Origin origin,
                           const std::vector<ProvenLogin>& logins) const;

  const Collaborators with_;
  const Options options_;
};

}  // namespace pinion::identities
