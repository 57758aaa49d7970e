#include "identities/web_key.h"

#include <utility>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "base/base64.h"
#include "model/codec.h"

namespace pinion::identities {
namespace {

constexpr std::string_view kRs256 = "RS256";
constexpr std::string_view kEs256 = "ES256";
constexpr int kRsaBitsMin = 2048;
constexpr int kRsaBitsMax = 8192;
constexpr size_t kNumberBytesMax = 1024;
constexpr size_t kP256Bytes = 32;

template <class T, void (*Free)(T*)>
struct Freed {
  void operator()(T* value) const { Free(value); }
};
using Number = std::unique_ptr<BIGNUM, Freed<BIGNUM, BN_free>>;
using ParameterBuilder =
    std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM, OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX, EVP_MD_CTX_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG, ECDSA_SIG_free>>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Number NumberFrom(std::string_view bytes) {
  return Number(BN_bin2bn(Bytes(bytes), static_cast<int>(bytes.size()), nullptr));
}

std::optional<std::string> Decoded(const std::optional<std::string>& text) {
  auto bytes = text ? base::Base64UrlDecode(*text) : std::nullopt;
  return bytes && !bytes->empty() && bytes->size() <= kNumberBytesMax ? bytes : std::nullopt;
}

std::shared_ptr<void> MakeKey(const char* type, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (parameters == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return {key, [](void* held) { EVP_PKEY_free(static_cast<EVP_PKEY*>(held)); }};
}

std::shared_ptr<void> RsaKey(const model::WebKey& key) {
  const auto modulus = Decoded(key.n);
  const auto exponent = Decoded(key.e);
  if (!modulus || !exponent) {
    return nullptr;
  }
  const Number n = NumberFrom(*modulus);
  const Number e = NumberFrom(*exponent);
  // A long exponent would only make work.
  if (BN_num_bits(n.get()) < kRsaBitsMin || BN_num_bits(n.get()) > kRsaBitsMax ||
      BN_num_bits(e.get()) > 64) {
    return nullptr;
  }
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  return MakeKey("RSA", builder.get());
}

std::shared_ptr<void> P256Key(const model::WebKey& key) {
  const auto x = Decoded(key.x);
  const auto y = Decoded(key.y);
  if (key.crv != "P-256" || !x || !y || x->size() != kP256Bytes || y->size() != kP256Bytes) {
    return nullptr;
  }
  const std::string point = "\x04" + *x + *y;
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(
      builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  return MakeKey("EC", builder.get());
}

// Web tokens carry the two numbers side by side; OpenSSL wants them in DER.
std::optional<std::string> DerSignature(std::string_view raw) {
  if (raw.size() != 2 * kP256Bytes) {
    return std::nullopt;
  }
  const EcSignature signature(ECDSA_SIG_new());
  Number r = NumberFrom(raw.substr(0, kP256Bytes));
  Number s = NumberFrom(raw.substr(kP256Bytes));
  // The signature owns both numbers from here on.
  if (ECDSA_SIG_set0(signature.get(), r.release(), s.release()) != 1) {
    return std::nullopt;
  }
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(signature.get(), &der);
  if (length <= 0) {
    return std::nullopt;
  }
  std::string text(reinterpret_cast<const char*>(der), static_cast<size_t>(length));
  OPENSSL_free(der);
  return text;
}

bool VerifySha256(EVP_PKEY* key, std::string_view text, std::string_view signature) {
  const DigestContext context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
         EVP_DigestVerify(
             context.get(), Bytes(signature), signature.size(), Bytes(text), text.size()) == 1;
}

}  // namespace

std::optional<WebKey> WebKey::From(const model::WebKey& key) {
  if (key.use.value_or("sig") != "sig") {
    return std::nullopt;
  }
  const bool rsa = key.kty == "RSA" && key.alg.value_or(std::string(kRs256)) == kRs256;
  const bool p256 = key.kty == "EC" && key.alg.value_or(std::string(kEs256)) == kEs256;
  if (!rsa && !p256) {
    return std::nullopt;
  }
  auto made = rsa ? RsaKey(key) : P256Key(key);
  if (made == nullptr) {
    return std::nullopt;
  }
  return WebKey(key.kid.value_or(""), rsa ? Kind::kRsa : Kind::kP256, std::move(made));
}

bool WebKey::Verify(std::string_view algorithm,
                    std::string_view signed_text,
                    std::string_view signature) const {
  auto* const key = static_cast<EVP_PKEY*>(key_.get());
  if (kind_ == Kind::kRsa) {
    return algorithm == kRs256 && VerifySha256(key, signed_text, signature);
  }
  const auto der = algorithm == kEs256 ? DerSignature(signature) : std::nullopt;
  return der && VerifySha256(key, signed_text, *der);
}

base::Result<std::vector<WebKey>> ParseKeySet(std::string_view json) {
  PINION_TRY(const auto document, model::Decode<model::WebKeySet>(json));
  if (document.keys.size() > kWebKeysMax) {
    return base::InvalidArgument("The key set has more than 100 keys.");
  }
  std::vector<WebKey> keys;
  for (const model::WebKey& described : document.keys) {
    if (auto key = WebKey::From(described)) {
      keys.push_back(*std::move(key));
    }
  }
  return keys;
}

}  // namespace pinion::identities
