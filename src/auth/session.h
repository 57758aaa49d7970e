// Who calls with session credentials: an identity of an identity pool (AUTH-51 to AUTH-57). Plain
// value.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"

namespace pinion::auth {

// What the access key ids of session credentials begin with, and no others.
inline constexpr std::string_view kSessionKeyPrefix = "PNSI";

struct Session {
  std::string access_key_id;
  std::string pool_id;
  std::string identity_id;
  // The provider by which the caller has logged in; empty for a guest.
  std::string provider;
  // Wall clock.
  base::Timestamp issued_at;
  base::Timestamp expires_at;

  bool authenticated() const { return !provider.empty(); }
};

}  // namespace pinion::auth
