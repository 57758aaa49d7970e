#include "identities/identity_service.h"

#include <algorithm>

#include "identities/pool_rules.h"
#include "identities/web_token.h"

namespace pinion::identities {
namespace {

base::Error Malformed(std::string_view member) {
  return base::InvalidArgument(std::string(member) +
                               " must be a region and a UUID, such as "
                               "us-east-1:2f0b1d9e-7c55-4be1-9a0e-5c1c1f0f7a11.");
}

// What stands in for a pool where any will do (AUTH-65).
PoolPtr OpenPool(std::string_view id) {
  auto pool = std::make_shared<Pool>();
  pool->settings.id = id;
  pool->settings.name = "anonymous";
  pool->settings.allow_guests = true;
  pool->settings.credential_seconds = kCredentialSecondsDefault;
  return pool;
}

const model::IdentityProvider* ProviderNamed(const Pool& pool, std::string_view name) {
  const auto& providers = pool.settings.providers;
  const auto found = std::find_if(
      providers.begin(), providers.end(), [&](const model::IdentityProvider& provider) {
        return ProviderName(provider.issuer) == name;
      });
  return found == providers.end() ? nullptr : &*found;
}

auth::AuthError Expired(std::string message) {
  return {auth::AuthFailure::kExpiredToken, std::move(message)};
}

}  // namespace

base::Result<PoolPtr> IdentityService::PoolForNewIdentity(const std::string& pool_id) const {
  if (!IsWellFormedId(pool_id)) {
    return Malformed("IdentityPoolId");
  }
  PoolPtr pool = with_.pools.Find(pool_id);
  if (pool == nullptr && options_.accept_any_pool) {
    pool = OpenPool(pool_id);
  }
  if (pool == nullptr) {
    return base::NotFound("IdentityPool '" + pool_id + "' not found.");
  }
  return pool;
}

base::Result<PoolPtr> IdentityService::PoolForIdentity(const IdentityIds::Known& known) const {
  const bool ours = known.origin != IdentityIds::Origin::kForeign;
  PoolPtr pool = ours ? with_.pools.FindByMark(known.pool_mark) : with_.pools.Fallback();
  // Guests of a deleted pool are like identities that others made; logins hold in their pool only.
  if (pool == nullptr && known.origin == IdentityIds::Origin::kGuest) {
    pool = with_.pools.Fallback();
  }
  if (pool == nullptr && options_.accept_any_pool) {
    pool = OpenPool("anonymous");
  }
  if (pool == nullptr) {
    return base::NotFound("The identity is of no pool here, and no pool is marked Default.");
  }
  return pool;
}

base::Result<std::vector<IdentityService::ProvenLogin>> IdentityService::Prove(
    const Pool& pool, const Logins& logins) {
  if (logins.size() > kLoginsMax) {
    return base::InvalidArgument("Logins must have at most 10 entries.");
  }
  std::vector<ProvenLogin> proven;
  for (const auto& [provider_name, token] : logins) {
    PINION_TRY(auto login, ProveOne(pool, provider_name, token));
    proven.push_back(std::move(login));
  }
  // The first one makes the identity, so their order must not be the client's.
  std::sort(proven.begin(), proven.end(), [](const ProvenLogin& a, const ProvenLogin& b) {
    return a.provider < b.provider;
  });
  return proven;
}

base::Result<IdentityService::ProvenLogin> IdentityService::ProveOne(
    const Pool& pool, std::string_view provider_name, const std::string& token_text) {
  const model::IdentityProvider* provider = ProviderNamed(pool, provider_name);
  if (provider == nullptr) {
    return base::Forbidden("The identity pool takes no logins of this provider.");
  }
  auto token = ParseWebToken(token_text);
  if (!token.ok()) {
    return base::Forbidden(token.error().message);
  }
  PINION_CHECK(JudgeClaims(*token,
                           {.issuer = provider->issuer,
                            .audiences = provider->audience,
                            .now = with_.wall_clock.Now()}));
  const auto keys = with_.key_sets.Find(*provider, token->key_id);
  if (!keys.ok()) {
    return base::Forbidden(keys.error().message);
  }
  const bool signed_by_provider =
      std::any_of((*keys)->begin(), (*keys)->end(), [&](const WebKey& key) {
        return (token->key_id.empty() || key.id() == token->key_id) &&
               key.Verify(token->algorithm, token->signed_text, token->signature);
      });
  if (!signed_by_provider) {
    return base::Forbidden("The login token has no signature of its provider.");
  }
  return ProvenLogin{std::string(provider_name), token->issuer, token->subject};
}

base::Result<std::string> IdentityService::GetId(const std::string& pool_id, const Logins& logins) {
  PINION_TRY(const PoolPtr pool, PoolForNewIdentity(pool_id));
  PINION_TRY(const auto proven, Prove(*pool, logins));
  if (!proven.empty()) {
    return with_.ids.OfLogin(pool_id, {proven.front().issuer, proven.front().subject});
  }
  if (!pool->settings.allow_guests) {
    return base::Forbidden("Unauthenticated access is not supported for this identity pool.");
  }
  return with_.ids.NewGuest(pool_id);
}

base::Status IdentityService::CheckMayUse(const Pool& pool,
                                          const std::string& identity_id,
                                          IdentityIds::Origin origin,
                                          const std::vector<ProvenLogin>& logins) const {
  if (logins.empty() && !pool.settings.allow_guests) {
    return base::Forbidden("Unauthenticated access is not supported for this identity pool.");
  }
  if (origin != IdentityIds::Origin::kLogin) {
    return {};
  }
  const bool own = std::any_of(logins.begin(), logins.end(), [&](const ProvenLogin& login) {
    return with_.ids.OfLogin(pool.settings.id, {login.issuer, login.subject}) == identity_id;
  });
  return own ? base::Status()
             : base::Forbidden("Access to identity '" + identity_id + "' needs its login.");
}

base::Result<IssuedCredentials> IdentityService::GetCredentials(const std::string& identity_id,
                                                                const Logins& logins) {
  if (!IsWellFormedId(identity_id)) {
    return Malformed("IdentityId");
  }
  const IdentityIds::Known known = with_.ids.Recognise(identity_id);
  PINION_TRY(const PoolPtr pool, PoolForIdentity(known));
  PINION_TRY(const auto proven, Prove(*pool, logins));
  PINION_CHECK(CheckMayUse(*pool, identity_id, known.origin, proven));

  auth::Session session;
  session.pool_id = pool->settings.id;
  session.identity_id = identity_id;
  session.provider = proven.empty() ? "" : proven.front().provider;
  // A revocation ends what was issued up to its very instant.
  session.issued_at =
      std::max(with_.wall_clock.Now(), pool->tokens_after + std::chrono::milliseconds(1));
  session.expires_at = session.issued_at + std::chrono::seconds(pool->settings.credential_seconds);
  return IssuedCredentials{with_.tokens.Issue(session), identity_id, session.expires_at};
}

auth::AuthResult<auth::Credential> IdentityService::Find(std::string_view access_key_id,
                                                         std::string_view session_token) const {
  auto opened = with_.tokens.Open(access_key_id, session_token);
  if (!opened.ok()) {
    return opened.error();
  }
  if (with_.wall_clock.Now() >= opened->session.expires_at) {
    return Expired("The session token is past its end; ask for new credentials.");
  }
  const PoolPtr pool = with_.pools.Find(opened->session.pool_id);
  if (pool == nullptr || opened->session.issued_at <= pool->tokens_after) {
    return Expired("The session token was revoked; ask for new credentials.");
  }
  return auth::Credential{
      .secrets = std::make_shared<const auth::Secrets>(auth::Secrets{std::move(opened->secret)}),
      .session = std::make_shared<const auth::Session>(std::move(opened->session))};
}

}  // namespace pinion::identities
