// Digests and message authentication codes, as raw bytes.
#pragma once

#include <string>
#include <string_view>

namespace pinion::base {

std::string Sha256(std::string_view bytes);
std::string Sha512(std::string_view bytes);
std::string Md5(std::string_view bytes);
std::string HmacSha256(std::string_view key, std::string_view bytes);

// Compares in a time that depends on the lengths only.
bool EqualInConstantTime(std::string_view a, std::string_view b);

// The first eight bytes of SHA-256(bytes) as a big-endian number: cohorts and treatment allocation (AUD-10, CMP-652).
uint64_t Sha256Prefix64(std::string_view bytes);

}  // namespace pinion::base
