// Ids of identities, `{region}:{uuid}` (AUTH-52, AUTH-54). Nothing is stored for them: an id that
// Pinion made shows by a keyed check that it is one, of which pool it is, and whether it belongs to
// a login; and a login gets the same id each time because it is computed from the login. Ids that
// apps got from Cognito show nothing and are told apart by that. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace pinion::identities {

// `{region}:{uuid}` as Cognito has it, for pools and identities alike.
bool IsWellFormedId(std::string_view id);
// What stands before the colon.
std::string_view RegionOfId(std::string_view id);

struct Login {
  std::string_view issuer;
  std::string_view subject;
};

class IdentityIds {
 public:
  // `key` is a secret that stays the same for the life of the store.
  IdentityIds(std::string key, base::RandomSource& random);

  std::string NewGuest(std::string_view pool_id) const;
  // Always the same for the same pool and login.
  std::string OfLogin(std::string_view pool_id, const Login& login) const;
  // A new id for a pool; it is an identity of no pool.
  std::string NewPool(std::string_view region) const;

  enum class Origin { kGuest, kLogin, kForeign };
  struct Known {
    Origin origin = Origin::kForeign;
    // Tells the pool together with MarkOf; 0 for kForeign.
    uint32_t pool_mark = 0;
  };
  // `id` must be well formed.
  Known Recognise(std::string_view id) const;
  static uint32_t MarkOf(std::string_view pool_id);

 private:
  std::string Finish(std::string_view pool_id, std::string_view body, Origin origin) const;

  const std::string key_;
  base::RandomSource& random_;
};

}  // namespace pinion::identities
