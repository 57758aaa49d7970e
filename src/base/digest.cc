// SHA-256 goes straight to its three functions: through EVP, finding, making and freeing contexts
// takes several times as long as hashing the short texts of a signature.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/digest.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

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

std::string_view View(const Sha256Bytes& digest) {
  return {digest.data(), digest.size()};
}

void Begin(SHA256_CTX& context) {
  PINION_ASSERT(SHA256_Init(&context) == 1);
}
void Add(SHA256_CTX& context, std::string_view bytes) {
  PINION_ASSERT(SHA256_Update(&context, bytes.data(), bytes.size()) == 1);
}
Sha256Bytes Finish(SHA256_CTX& context) {
  Sha256Bytes digest;
  PINION_ASSERT(SHA256_Final(reinterpret_cast<unsigned char*>(digest.data()), &context) == 1);
  return digest;
}

}  // namespace

Sha256Bytes Sha256Of(std::string_view bytes) {
  SHA256_CTX context;
  Begin(context);
  Add(context, bytes);
  return Finish(context);
}

std::string Sha256(std::string_view bytes) {
  return std::string(View(Sha256Of(bytes)));
}
std::string Sha512(std::string_view bytes) {
  return Digest(EVP_sha512(), bytes);
}
std::string Md5(std::string_view bytes) {
  return Digest(EVP_md5(), bytes);
}

// RFC 2104.
HmacSha256Key::HmacSha256Key(std::string_view key) {
  static_assert(sizeof(SHA256_CTX) == sizeof(State) && alignof(SHA256_CTX) <= alignof(State));
  std::array<char, SHA256_CBLOCK> block{};
  if (key.size() > block.size()) {
    std::ranges::copy(Sha256Of(key), block.begin());
  } else {
    std::ranges::copy(key, block.begin());
  }
  const auto begin_with = [&block](char mask, State& state) {
    std::array<char, SHA256_CBLOCK> masked = block;
    for (char& c : masked) {
      c = static_cast<char>(c ^ mask);
    }
    SHA256_CTX context;
    Begin(context);
    Add(context, {masked.data(), masked.size()});
    std::memcpy(&state, &context, sizeof(context));
    OPENSSL_cleanse(&context, sizeof(context));
    OPENSSL_cleanse(masked.data(), masked.size());
  };
  constexpr char kInner = 0x36;
  constexpr char kOuter = 0x5c;
  begin_with(kInner, inner_);
  begin_with(kOuter, outer_);
  OPENSSL_cleanse(block.data(), block.size());
}

HmacSha256Key::~HmacSha256Key() {
  OPENSSL_cleanse(&inner_, sizeof(inner_));
  OPENSSL_cleanse(&outer_, sizeof(outer_));
}

Sha256Bytes HmacSha256Key::Sign(std::string_view bytes) const {
  SHA256_CTX context;
  std::memcpy(&context, &inner_, sizeof(context));
  Add(context, bytes);
  const Sha256Bytes hashed = Finish(context);
  std::memcpy(&context, &outer_, sizeof(context));
  Add(context, View(hashed));
  return Finish(context);
}

std::string HmacSha256(std::string_view key, std::string_view bytes) {
  return std::string(View(HmacSha256Key(key).Sign(bytes)));
}

struct Sha256Stream::Context {
  SHA256_CTX state;
};

Sha256Stream::Sha256Stream() : context_(std::make_unique<Context>()) {
  Begin(context_->state);
}
Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::Add(std::string_view bytes) {
  base::Add(context_->state, bytes);
}

std::string Sha256Stream::Finish() {
  return std::string(View(base::Finish(context_->state)));
}

std::string HmacSha1(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, SHA_DIGEST_LENGTH> mac{};
  unsigned length = 0;
  PINION_ASSERT(HMAC(EVP_sha1(),
                     key.data(),
                     static_cast<int>(key.size()),
                     reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size(),
                     mac.data(),
                     &length) != nullptr);
  return {reinterpret_cast<const char*>(mac.data()), length};
}

bool EqualInConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

uint64_t Sha256Prefix64(std::string_view bytes) {
  const Sha256Bytes digest = Sha256Of(bytes);
  uint64_t prefix = 0;
  for (size_t i = 0; i < sizeof(prefix); ++i) {
    prefix = (prefix << 8) | static_cast<unsigned char>(digest[i]);
  }
  return prefix;
}

}  // namespace pinion::base
