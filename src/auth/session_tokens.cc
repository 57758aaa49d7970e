#include "auth/session_tokens.h"

#include <utility>

#include "base/base64.h"
#include "storage/record.h"

namespace pinion::auth {
namespace {

constexpr size_t kKeyIdTail = 16;
constexpr size_t kSecretLength = 40;

// Fields of the sealed record; tokens of older servers are read by these numbers.
enum Field : uint32_t {
  kPoolId = 1,
  kIdentityId = 2,
  kProvider = 3,
  kIssuedAt = 4,
  kExpiresAt = 5,
  kSecret = 6,
};

// Binds a token to its key: with another key id it does not open.
std::string SealedFor(std::string_view access_key_id) {
  return "session/" + std::string(access_key_id);
}

AuthError NotOfThisKey() {
  return {AuthFailure::kUnrecognizedClient,
          "The session token is not one of this access key, or it was altered."};
}

}  // namespace

SessionCredentials SessionTokens::Issue(Session session) const {
  SessionCredentials credentials;
  credentials.access_key_id = std::string(kSessionKeyPrefix) + ids_.NewBase32(kKeyIdTail);
  credentials.secret = ids_.NewAlphanumeric(kSecretLength);
  storage::RecordWriter writer;
  writer.Text(kPoolId, session.pool_id);
  writer.Text(kIdentityId, session.identity_id);
  if (session.authenticated()) {
    writer.Text(kProvider, session.provider);
  }
  writer.Time(kIssuedAt, session.issued_at);
  writer.Time(kExpiresAt, session.expires_at);
  writer.Text(kSecret, credentials.secret);
  // The URL-safe alphabet: a token in a query needs no escapes, on which signers differ.
  credentials.token =
      base::Base64UrlEncode(box_.Seal(writer.bytes(), SealedFor(credentials.access_key_id)));
  return credentials;
}

AuthResult<OpenedSession> SessionTokens::Open(std::string_view access_key_id,
                                              std::string_view token) const {
  if (token.empty()) {
    return AuthError{AuthFailure::kUnrecognizedClient,
                     "This access key is of session credentials, which need their "
                     "X-Amz-Security-Token."};
  }
  const auto sealed = token.size() <= kSessionTokenBytesMax ? base::Base64UrlDecode(token)
                                                            : std::optional<std::string>();
  if (!sealed) {
    return NotOfThisKey();
  }
  const base::Result<std::string> bytes = box_.Open(*sealed, SealedFor(access_key_id));
  if (!bytes.ok()) {
    return NotOfThisKey();
  }
  OpenedSession opened;
  opened.session.access_key_id = access_key_id;
  storage::RecordReader reader(*bytes);
  while (reader.Next()) {
    switch (reader.field()) {
      case kPoolId:
        opened.session.pool_id = reader.Text();
        break;
      case kIdentityId:
        opened.session.identity_id = reader.Text();
        break;
      case kProvider:
        opened.session.provider = reader.Text();
        break;
      case kIssuedAt:
        opened.session.issued_at = reader.Time();
        break;
      case kExpiresAt:
        opened.session.expires_at = reader.Time();
        break;
      case kSecret:
        opened.secret = reader.Text();
        break;
      default:
        break;
    }
  }
  if (!reader.ok() || opened.secret.empty()) {
    return NotOfThisKey();
  }
  return opened;
}

}  // namespace pinion::auth
