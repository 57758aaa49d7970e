// Callers as principals (AUTH-30, AUTH-31), whichever way they have proved who they are. Pure but
// for rate limits. Thread-safe.
#pragma once

#include <optional>
#include <string_view>

#include "api/authenticator.h"
#include "api/call.h"
#include "auth/access_key_store.h"
#include "base/clock.h"
#include "users/console_login.h"

namespace pinion::api {

Principal PrincipalOf(const auth::KeyPtr& use, std::string_view account_id);
Principal PrincipalOf(const users::UserInUse& user, std::string_view account_id);
Principal PrincipalOf(const users::SessionPrincipal& holder, std::string_view account_id);

// AUTH-60: one call of the key; a failure when its limit is reached.
std::optional<AuthenticationFailure> TakeFromLimit(const auth::KeyInUse& use, base::Timestamp now);

}  // namespace pinion::api
