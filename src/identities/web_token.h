// JSON Web Tokens (RFC 7519) in their compact form: taken apart, and their claims judged (AUTH-57).
// Pure.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace pinion::identities {

inline constexpr size_t kWebTokenBytesMax = 16 * 1024;
inline constexpr std::chrono::seconds kWebTokenTolerance{300};

struct WebToken {
  // From its head.
  std::string algorithm;
  std::string key_id;  // may be empty
  // From its claims.
  std::string issuer;
  std::string subject;
  std::vector<std::string> audiences;  // `aud`, and `client_id` where an access token has that
  double expires_at = 0;               // seconds since 1970
  double not_before = 0;
  // What is signed, and by what.
  std::string_view signed_text;
  std::string signature;
};

// kInvalidArgument for what is no token or lacks a claim. `text` must outlive the token. Nothing is
// proven by it.
base::Result<WebToken> ParseWebToken(std::string_view text);

struct WebTokenExpectation {
  std::string_view issuer;
  std::span<const std::string> audiences;  // one of them must be there
  base::Timestamp now;                     // wall clock
};

// kForbidden tells which claim is not as it should be. The signature is another matter.
base::Status JudgeClaims(const WebToken& token, const WebTokenExpectation& expected);

}  // namespace pinion::identities
