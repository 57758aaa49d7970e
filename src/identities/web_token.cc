#include "identities/web_token.h"

#include <algorithm>
#include <utility>

#include "base/base64.h"
#include "model/codec.h"
#include "model/identity_pools.h"

namespace pinion::identities {
namespace {

constexpr size_t kSubjectBytesMax = 1024;

base::Error NoToken() {
  return base::InvalidArgument("The login token is not a JSON Web Token.");
}

template <class T>
base::Result<T> DecodePart(std::string_view part) {
  const auto json = base::Base64UrlDecode(part);
  if (!json) {
    return NoToken();
  }
  auto decoded = model::Decode<T>(*json);
  if (!decoded.ok()) {
    return base::InvalidArgument("The login token is not understood: " + decoded.error().message);
  }
  return decoded;
}

// A text, or a list of texts.
base::Result<std::vector<std::string>> AudiencesOf(const model::WebTokenClaims& claims) {
  std::vector<std::string> audiences;
  if (claims.aud && claims.aud->text.starts_with('[')) {
    PINION_TRY(auto several,
               model::Decode<model::WebTokenAudiences>(R"({"aud":)" + claims.aud->text + "}"));
    audiences = std::move(several.aud);
  } else if (claims.aud) {
    PINION_TRY(auto one,
               model::Decode<model::WebTokenAudience>(R"({"aud":)" + claims.aud->text + "}"));
    audiences.push_back(std::move(one.aud));
  }
  if (claims.client_id) {
    audiences.push_back(*claims.client_id);
  }
  return audiences;
}

double SecondsOf(std::chrono::seconds seconds) {
  return static_cast<double>(seconds.count());
}

}  // namespace

base::Result<WebToken> ParseWebToken(std::string_view text) {
  const size_t first = text.find('.');
  const size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (text.size() > kWebTokenBytesMax || second == std::string_view::npos ||
      text.find('.', second + 1) != std::string_view::npos) {
    return NoToken();
  }
  PINION_TRY(auto head, DecodePart<model::WebTokenHeader>(text.substr(0, first)));
  // What must be understood to judge the token (RFC 7515, section 4.1.11) is not understood here.
  if (head.crit) {
    return base::InvalidArgument("The login token asks for extensions that are not known.");
  }
  PINION_TRY(auto claims,
             DecodePart<model::WebTokenClaims>(text.substr(first + 1, second - first - 1)));
  if (claims.sub.empty() || claims.sub.size() > kSubjectBytesMax) {
    return base::InvalidArgument("The login token must have a 'sub' of 1 to 1024 bytes.");
  }
  auto signature = base::Base64UrlDecode(text.substr(second + 1));
  if (!signature) {
    return NoToken();
  }
  WebToken token;
  token.algorithm = std::move(head.alg);
  token.key_id = head.kid.value_or("");
  PINION_TRY(token.audiences, AudiencesOf(claims));
  token.issuer = std::move(claims.iss);
  token.subject = std::move(claims.sub);
  token.expires_at = claims.exp;
  token.not_before = claims.nbf.value_or(0);
  token.signed_text = text.substr(0, second);
  token.signature = *std::move(signature);
  return token;
}

base::Status JudgeClaims(const WebToken& token, const WebTokenExpectation& expected) {
  if (token.issuer != expected.issuer) {
    return base::Forbidden("The login token is not of this provider.");
  }
  const bool for_us =
      std::any_of(token.audiences.begin(), token.audiences.end(), [&](const std::string& audience) {
        return std::find(expected.audiences.begin(), expected.audiences.end(), audience) !=
               expected.audiences.end();
      });
  if (!for_us) {
    return base::Forbidden("The login token is for another audience.");
  }
  const double now = static_cast<double>(base::ToMillis(expected.now)) / 1000;
  if (now >= token.expires_at + SecondsOf(kWebTokenTolerance)) {
    return base::Forbidden("The login token is past its end.");
  }
  if (now < token.not_before - SecondsOf(kWebTokenTolerance)) {
    return base::Forbidden("The login token is not valid yet.");
  }
  return {};
}

}  // namespace pinion::identities
