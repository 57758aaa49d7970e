#include "api/guest_principal.h"

#include <string>

namespace pinion::api {

AuthenticationResult GuestOf(const auth::VerifiedCaller& caller,
                             const identities::IdentityService& identities,
                             std::string_view account_id) {
  const auth::Session& session = *caller.credential.session;
  const identities::PoolPtr pool = identities.PoolOf(session);
  if (pool == nullptr) {
    return AuthenticationFailure{"ExpiredTokenException", "The identity pool was deleted."};
  }
  Authenticated guest;
  guest.region = caller.region;
  guest.principal.type = Principal::Type::kGuest;
  guest.principal.access_key_id = caller.access_key_id;
  guest.principal.name = pool->settings.name + (session.authenticated() ? "-auth" : "-unauth");
  guest.principal.arn = "arn:aws:sts::" + std::string(account_id) + ":assumed-role/" +
                        guest.principal.name + "/CognitoIdentityCredentials";
  guest.principal.session = caller.credential.session;
  guest.principal.policies =
      session.authenticated() ? pool->authenticated_policies : pool->guest_policies;
  return guest;
}

}  // namespace pinion::api
