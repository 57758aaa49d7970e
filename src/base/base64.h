// Base64 (RFC 4648) in the standard and the URL-safe alphabet, and base32 in lower case.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pinion::base {

// Standard alphabet with padding.
std::string Base64Encode(std::string_view bytes);
// Standard alphabet with padding; CR and LF are skipped, anything else wrong gives nothing (API-50).
std::optional<std::string> Base64Decode(std::string_view text);
// URL-safe alphabet without padding, for tokens.
std::string Base64UrlEncode(std::string_view bytes);
std::optional<std::string> Base64UrlDecode(std::string_view text);
// Lower case, without padding (JOB-32).
std::string Base32LowerEncode(std::string_view bytes);

}  // namespace pinion::base
