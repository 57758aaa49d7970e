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

void AppendStringToSign(std::string& out,
                        std::string_view time_text,
                        std::string_view scope,
                        std::string_view canonical_request) {
  out.append(kAlgorithm).append("\n").append(time_text).append("\n").append(scope).append("\n");
  const base::Sha256Bytes hash = base::Sha256Of(canonical_request);
  base::AppendHex(out, {hash.data(), hash.size()});
}

}  // namespace pinion::auth
