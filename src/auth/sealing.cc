#include "auth/sealing.h"

#include <array>
#include <limits>
#include <memory>

#include <openssl/evp.h>

#include "base/assert.h"

namespace pinion::auth {
namespace {

constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

unsigned char* Bytes(char* text) {
  return reinterpret_cast<unsigned char*>(text);
}
const unsigned char* Bytes(const char* text) {
  return reinterpret_cast<const unsigned char*>(text);
}

// OpenSSL counts in int.
bool FitsInt(std::string_view text) {
  return text.size() <= static_cast<size_t>(std::numeric_limits<int>::max()) - kTagBytes;
}

}  // namespace

std::string SealWith(std::string_view key,
                     std::string_view text,
                     std::string_view associated,
                     base::RandomSource& random) {
  PINION_ASSERT(key.size() == kSealingKeyBytes);
  PINION_ASSERT(FitsInt(text) && FitsInt(associated));
  std::array<uint8_t, kNonceBytes> nonce{};
  random.Fill(nonce);

  std::string sealed(nonce.begin(), nonce.end());
  sealed.resize(kNonceBytes + text.size() + kTagBytes);
  const Context context(EVP_CIPHER_CTX_new());
  int written = 0;
  const bool done =
      EVP_EncryptInit_ex(
          context.get(), EVP_aes_256_gcm(), nullptr, Bytes(key.data()), nonce.data()) == 1 &&
      EVP_EncryptUpdate(context.get(),
                        nullptr,
                        &written,
                        Bytes(associated.data()),
                        static_cast<int>(associated.size())) == 1 &&
      EVP_EncryptUpdate(context.get(),
                        Bytes(sealed.data() + kNonceBytes),
                        &written,
                        Bytes(text.data()),
                        static_cast<int>(text.size())) == 1 &&
      EVP_EncryptFinal_ex(
          context.get(), Bytes(sealed.data() + kNonceBytes + text.size()), &written) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(),
                          EVP_CTRL_GCM_GET_TAG,
                          static_cast<int>(kTagBytes),
                          sealed.data() + kNonceBytes + text.size()) == 1;
  PINION_ASSERT(done);
  return sealed;
}

std::optional<std::string> OpenWith(std::string_view key,
                                    std::string_view sealed,
                                    std::string_view associated) {
  PINION_ASSERT(key.size() == kSealingKeyBytes);
  if (sealed.size() < kNonceBytes + kTagBytes || !FitsInt(sealed) || !FitsInt(associated)) {
    return std::nullopt;
  }
  const std::string_view body = sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  // One more than needed: OpenSSL wants a place to write even if there is nothing to write.
  std::string text(body.size() + 1, '\0');
  const Context context(EVP_CIPHER_CTX_new());
  int written = 0;
  const bool authentic =
      EVP_DecryptInit_ex(
          context.get(), EVP_aes_256_gcm(), nullptr, Bytes(key.data()), Bytes(sealed.data())) ==
          1 &&
      EVP_DecryptUpdate(context.get(),
                        nullptr,
                        &written,
                        Bytes(associated.data()),
                        static_cast<int>(associated.size())) == 1 &&
      EVP_DecryptUpdate(context.get(),
                        Bytes(text.data()),
                        &written,
                        Bytes(body.data()),
                        static_cast<int>(body.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(
          context.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(kTagBytes), tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), Bytes(text.data()), &written) == 1;
  if (!authentic) {
    return std::nullopt;
  }
  text.resize(body.size());
  return text;
}

}  // namespace pinion::auth
