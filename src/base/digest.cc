// SHA-256 goes straight to its three functions: through EVP, finding, making and freeing contexts takes several times as
// long as hashing the short texts of a signature.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "base/assert.h"

namespace pinion::base {
namespace {

std::string Digest(const EVP_MD* algorithm, std::string_view bytes) {
  std::string digest(static_cast<size_t>(EVP_MD_get_size(algorithm)), '\0');
  unsigned length = 0;
  PINION_ASSERT(EVP_Digest(bytes.data(),
                           bytes.size(),
                           reinterpret_cast<unsigned char*>(digest.data()),
                           &length,
                           algorithm,
                           nullptr) == 1);
  digest.resize(length);
  return digest;
}

using Sha256Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Sha256Digest Sha256Of(std::string_view first, std::string_view second) {
  Sha256Digest digest;
  SHA256_CTX context;
  PINION_ASSERT(SHA256_Init(&context) == 1 && SHA256_Update(&context, first.data(), first.size()) == 1 &&
                SHA256_Update(&context, second.data(), second.size()) == 1 &&
                SHA256_Final(digest.data(), &context) == 1);
  return digest;
}

std::string_view View(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

std::string Sha256(std::string_view bytes) { return std::string(View(Sha256Of(bytes, {}))); }
std::string Sha512(std::string_view bytes) { return Digest(EVP_sha512(), bytes); }
std::string Md5(std::string_view bytes) { return Digest(EVP_md5(), bytes); }

// RFC 2104.
std::string HmacSha256(std::string_view key, std::string_view bytes) {
  constexpr char kInner = 0x36;
  constexpr char kOuter = 0x5c;
  std::array<char, SHA256_CBLOCK> block{};
  if (key.size() > block.size()) {
    std::ranges::copy(View(Sha256Of(key, {})), block.begin());
  } else {
    std::ranges::copy(key, block.begin());
  }
  const auto masked = [&block](char mask) {
    std::array<char, SHA256_CBLOCK> result = block;
    for (char& c : result) {
      c = static_cast<char>(c ^ mask);
    }
    return result;
  };
  std::array<char, SHA256_CBLOCK> inner = masked(kInner);
  std::array<char, SHA256_CBLOCK> outer = masked(kOuter);
  const Sha256Digest hashed = Sha256Of({inner.data(), inner.size()}, bytes);
  std::string mac(View(Sha256Of({outer.data(), outer.size()}, View(hashed))));
  for (auto* secret : {&block, &inner, &outer}) {
    OPENSSL_cleanse(secret->data(), secret->size());
  }
  return mac;
}

bool EqualInConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

uint64_t Sha256Prefix64(std::string_view bytes) {
  const std::string digest = Sha256(bytes);
  uint64_t prefix = 0;
  for (size_t i = 0; i < sizeof(prefix); ++i) {
    prefix = (prefix << 8) | static_cast<unsigned char>(digest[i]);
  }
  return prefix;
}

}  // namespace pinion::base
