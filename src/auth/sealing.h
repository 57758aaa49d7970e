// AES-256-GCM under one key. Pure but for the random nonce.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace pinion::auth {

inline constexpr size_t kSealingKeyBytes = 32;

// Nonce, encrypted text and tag. `associated` is not part of it, but must be the same when it is
// opened.
std::string SealWith(std::string_view key,
                     std::string_view text,
                     std::string_view associated,
                     base::RandomSource& random);

// Nothing if any bit of the sealed bytes, the key or `associated` differs.
std::optional<std::string> OpenWith(std::string_view key,
                                    std::string_view sealed,
                                    std::string_view associated);

}  // namespace pinion::auth
