// Who calls with session credentials (AUTH-31): an identity of an identity pool, and what its pool
// lets it do.
#pragma once

#include <string_view>

#include "api/authenticator.h"
#include "auth/sigv4_verifier.h"
#include "identities/identity_service.h"

namespace pinion::api {

// `caller` must have a session. Fails when its pool was deleted since the signature was verified.
AuthenticationResult GuestOf(const auth::VerifiedCaller& caller,
                             const identities::IdentityService& identities,
                             std::string_view account_id);

}  // namespace pinion::api
