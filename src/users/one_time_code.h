// One-time codes that an authenticator app shows (OPS-43): RFC 6238 with SHA-1, 30 seconds and six
// digits, as all such apps have them. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace pinion::users {

inline constexpr size_t kTotpSecretBytes = 20;
inline constexpr std::chrono::seconds kTotpStep{30};
inline constexpr size_t kTotpDigits = 6;

// The number of the step that an instant is in.
uint64_t TotpStepOf(base::Timestamp at);
// The code of a step.
std::string TotpCode(std::string_view secret, uint64_t step);

struct TotpAttempt {
  std::string_view code;
  base::Timestamp now;
  // The step of the code that was used last: its code and those before are used up.
  uint64_t used_step = 0;
};
// The step that the code is of: now's, the one before or the one after, for clocks differ.
std::optional<uint64_t> MatchTotp(std::string_view secret, const TotpAttempt& attempt);

// How an app is told the secret: as text to type, and as the content of a QR code.
std::string TotpSecretText(std::string_view secret);
std::string TotpUri(std::string_view secret, std::string_view user_name);

}  // namespace pinion::users
