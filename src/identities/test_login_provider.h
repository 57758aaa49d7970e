// For tests only: a login provider with keys of its own, which signs tokens and publishes its key
// set.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "base/base64.h"

namespace pinion::identities {

class TestLoginProvider {
 public:
  enum class Kind { kRsa, kP256 };

  explicit TestLoginProvider(Kind kind, std::string key_id = "key-1")
      : kind_(kind),
        key_id_(std::move(key_id)),
        key_(kind == Kind::kRsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"), EVP_PKEY_free) {}

  std::string algorithm() const { return kind_ == Kind::kRsa ? "RS256" : "ES256"; }

  // The key as one entry of a key set.
  std::string KeyJson() const {
    const std::string head = R"({"kid":")" + key_id_ + R"(","use":"sig","alg":")" + algorithm();
    return kind_ == Kind::kRsa
               ? head + R"(","kty":"RSA","n":")" + NumberText(OSSL_PKEY_PARAM_RSA_N, 0) +
                     R"(","e":")" + NumberText(OSSL_PKEY_PARAM_RSA_E, 0) + R"("})"
               : head + R"(","kty":"EC","crv":"P-256","x":")" +
                     NumberText(OSSL_PKEY_PARAM_EC_PUB_X, 32) + R"(","y":")" +
                     NumberText(OSSL_PKEY_PARAM_EC_PUB_Y, 32) + R"("})";
  }
  std::string KeySet() const { return R"({"keys":[)" + KeyJson() + "]}"; }

  // A whole token with these claims.
  std::string Token(std::string_view claims) const {
    return TokenWithHead(R"({"alg":")" + algorithm() + R"(","kid":")" + key_id_ + R"("})", claims);
  }
  std::string TokenWithHead(std::string_view head, std::string_view claims) const {
    const std::string text = base::Base64UrlEncode(head) + "." + base::Base64UrlEncode(claims);
    return text + "." + base::Base64UrlEncode(Sign(text));
  }

 private:
  std::string NumberText(const char* name, int bytes) const {
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &number);
    const int size = bytes > 0 ? bytes : BN_num_bytes(number);
    std::string text(static_cast<size_t>(size), '\0');
    BN_bn2binpad(number, reinterpret_cast<unsigned char*>(text.data()), size);
    BN_free(number);
    return base::Base64UrlEncode(text);
  }

  std::string Sign(std::string_view text) const {
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                     EVP_MD_CTX_free);
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
    size_t size = 0;
    EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size());
    std::string signature(size, '\0');
    EVP_DigestSign(context.get(),
                   reinterpret_cast<unsigned char*>(signature.data()),
                   &size,
                   bytes,
                   text.size());
    signature.resize(size);
    return kind_ == Kind::kRsa ? signature : SideBySide(signature);
  }

  static std::string SideBySide(const std::string& der) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    ECDSA_SIG* parsed = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    std::string raw(64, '\0');
    auto* out = reinterpret_cast<unsigned char*>(raw.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(parsed), out, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(parsed), out + 32, 32);
    ECDSA_SIG_free(parsed);
    return raw;
  }

  Kind kind_;
  std::string key_id_;
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
};

}  // namespace pinion::identities
