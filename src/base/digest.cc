#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

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

// Looked up once: OpenSSL takes longer to find an algorithm than to hash a short text.
const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

}  // namespace

std::string Sha256(std::string_view bytes) { return Digest(Sha256Algorithm(), bytes); }
std::string Sha512(std::string_view bytes) { return Digest(EVP_sha512(), bytes); }
std::string Md5(std::string_view bytes) { return Digest(EVP_md5(), bytes); }

std::string HmacSha256(std::string_view key, std::string_view bytes) {
  std::string mac(EVP_MAX_MD_SIZE, '\0');
  unsigned length = 0;
  PINION_ASSERT(HMAC(Sha256Algorithm(),
                     key.data(),
                     static_cast<int>(key.size()),
                     reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size(),
                     reinterpret_cast<unsigned char*>(mac.data()),
                     &length) != nullptr);
  mac.resize(length);
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
