// Codes that let somebody set a password, once (OPS-5, OPS-43). They are read out and typed, so
// case, blanks and dashes do not count; kept are their hashes. Pure but for randomness.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace pinion::users {

inline constexpr std::chrono::hours kSetupCodeLifetime{24};
// A code of the first start is the only one; of users there may be many at a time, so theirs are
// longer.
inline constexpr size_t kFirstSetupCodeGroups = 2;
inline constexpr size_t kSetupCodeGroups = 4;

// K7QF-2M9D: groups of four of A-Z and 2-7, twenty bits each.
std::string NewSetupCode(base::IdGenerator& ids, size_t groups);
std::string SetupCodeHash(std::string_view code);

}  // namespace pinion::users
