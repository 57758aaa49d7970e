#include "auth/signing_key.h"

#include "auth/signature_claims.h"
#include "base/digest.h"
#include "base/hex.h"

namespace pinion::auth {

std::string DeriveSigningKey(std::string_view secret,
                             std::string_view date,
                             std::string_view region,
                             std::string_view service) {
  std::string key = base::HmacSha256("AWS4" + std::string(secret), date);
  key = base::HmacSha256(key, region);
  key = base::HmacSha256(key, service);
  return base::HmacSha256(key, kScopeEnd);
}

std::string StringToSign(std::string_view time_text,
                         std::string_view scope,
                         std::string_view canonical_request) {
  std::string text(kAlgorithm);
  text.append("\n").append(time_text).append("\n").append(scope).append("\n");
  text.append(base::HexEncode(base::Sha256(canonical_request)));
  return text;
}

std::string Signature(std::string_view signing_key, std::string_view string_to_sign) {
  return base::HexEncode(base::HmacSha256(signing_key, string_to_sign));
}

}  // namespace pinion::auth
