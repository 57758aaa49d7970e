// Digests and message authentication codes, as raw bytes.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace pinion::base {

std::string Sha256(std::string_view bytes);
std::string Sha512(std::string_view bytes);
std::string Md5(std::string_view bytes);
std::string HmacSha256(std::string_view key, std::string_view bytes);
// For one-time codes only (RFC 4226).
std::string HmacSha1(std::string_view key, std::string_view bytes);

// For who makes many of them: without memory of their own.
using Sha256Bytes = std::array<char, 32>;
Sha256Bytes Sha256Of(std::string_view bytes);

// A key of HMAC-SHA-256 of which the work that is the same for all texts is done. Immutable; its
// memory is wiped when it goes.
class HmacSha256Key {
 public:
  explicit HmacSha256Key(std::string_view key);
  ~HmacSha256Key();
  HmacSha256Key(const HmacSha256Key&) = delete;
  HmacSha256Key& operator=(const HmacSha256Key&) = delete;

  Sha256Bytes Sign(std::string_view bytes) const;

 private:
  // What SHA-256 remembers between two pieces of a text; the type is the library's.
  struct alignas(8) State {
    std::array<std::byte, 112> bytes;
  };
  State inner_;
  State outer_;
};

// The SHA-256 of bytes that come piece by piece. Not thread-safe.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  void Add(std::string_view bytes);
  // Once, at the end.
  std::string Finish();

 private:
  struct Context;
  const std::unique_ptr<Context> context_;
};

// Compares in a time that depends on the lengths only.
bool EqualInConstantTime(std::string_view a, std::string_view b);

// The first eight bytes of SHA-256(bytes) as a big-endian number: cohorts and treatment allocation
// (AUD-10, CMP-652).
uint64_t Sha256Prefix64(std::string_view bytes);

}  // namespace pinion::base
