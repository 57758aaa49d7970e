#include "auth/signer.h"

#include <algorithm>
#include <vector>

#include "auth/signature_claims.h"
#include "auth/signing_key.h"
#include "base/digest.h"
#include "base/hex.h"

namespace pinion::auth {

SignatureHeaders Sign(const UnsignedRequest& request,
                      const SigningCredentials& credentials,
                      base::Timestamp now) {
  SignatureHeaders made;
  made.amz_date = BasicTimeText(std::chrono::floor<std::chrono::seconds>(now)).view();
  made.amz_content_sha256 = base::HexEncode(base::Sha256(request.body));
  made.amz_security_token = credentials.session_token;

  std::vector<Header> headers(request.headers.begin(), request.headers.end());
  headers.push_back({"host", request.host});
  headers.push_back({"x-amz-content-sha256", made.amz_content_sha256});
  headers.push_back({"x-amz-date", made.amz_date});
  if (!made.amz_security_token.empty()) {
    headers.push_back({"x-amz-security-token", made.amz_security_token});
  }
  std::sort(headers.begin(), headers.end(), [](const Header& a, const Header& b) {
    return a.name < b.name;
  });

  std::string canonical(request.method);
  canonical.append("\n").append(CanonicalPath(request.path)).append("\n");
  canonical.append(CanonicalQuery(ParseQuery(request.query), {})).append("\n");
  std::string names;
  for (const Header& header : headers) {
    names.append(names.empty() ? "" : ";").append(header.name);
    canonical.append(header.name).append(":");
    AppendHeaderValues(canonical, std::span(&header, 1), header.name);
    canonical.append("\n");
  }
  canonical.append("\n").append(names).append("\n").append(made.amz_content_sha256);

  const std::string date = made.amz_date.substr(0, 8);
  const std::string scope = date + "/" + std::string(credentials.region) + "/" +
                            std::string(credentials.service) + "/" + std::string(kScopeEnd);
  const base::HmacSha256Key key(
      DeriveSigningKey(credentials.secret, date, credentials.region, credentials.service));
  std::string to_sign;
  AppendStringToSign(to_sign, made.amz_date, scope, canonical);
  const base::Sha256Bytes signature = key.Sign(to_sign);
  made.authorization.append(kAlgorithm).append(" Credential=").append(credentials.access_key_id);
  made.authorization.append("/").append(scope).append(", SignedHeaders=").append(names);
  made.authorization.append(", Signature=");
  base::AppendHex(made.authorization, {signature.data(), signature.size()});
  return made;
}

}  // namespace pinion::auth
