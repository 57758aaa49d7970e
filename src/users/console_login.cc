#include "users/console_login.h"

#include <utility>

#include "base/base64.h"
#include "base/digest.h"
#include "base/log.h"

namespace pinion::users {
namespace {

base::Error WrongCredentials() {
  return base::Forbidden("The credentials are wrong or may not be used.");
}

// Tells the secrets of a key apart without giving them away.
std::string MarkOf(std::string_view secret) {
  return base::HmacSha256(secret, "console session");
}

// A function of the token, so that nothing more need be kept; who has it cannot tell the token.
std::string CsrfTokenOf(std::string_view token) {
  return base::Base64UrlEncode(base::HmacSha256(token, "csrf"));
}

}  // namespace

base::Result<BegunSession> ConsoleLogin::WithPassword(const PasswordLogin& login) {
  // Looked up once: what is checked below is this user, whatever becomes of him meanwhile.
  const UserPtr user = with_.users.Find(login.user_name);
  static const std::string kNoHash;
  PINION_TRY(
      const bool right,
      with_.hasher.Verify(user != nullptr ? user->user.password_hash : kNoHash, login.password));
  if (user == nullptr || !right) {
    return WrongCredentials();
  }
  PINION_TRY(const bool admitted, with_.users.AdmitLogin(*user, login.totp_code));
  if (!admitted) {
    return WrongCredentials();
  }
  return Begin({SessionOwner::Kind::kUser, user->user.name}, user->user.session_mark);
}

base::Result<BegunSession> ConsoleLogin::WithKey(std::string_view access_key_id,
                                                 std::string_view secret) {
  const auto credential = with_.keys.Find(access_key_id, "");
  const std::string given = MarkOf(secret);
  // The same work for keys that there are not.
  const std::string current =
      MarkOf(credential.ok() ? credential->secrets->current : access_key_id);
  const std::string previous = MarkOf(credential.ok() ? credential->secrets->previous : "");
  const bool has_previous = credential.ok() && !credential->secrets->previous.empty();
  const bool is_current = base::EqualInConstantTime(given, current);
  const bool is_previous = base::EqualInConstantTime(given, previous) && has_previous;
  if (!credential.ok() || !(is_current || is_previous)) {
    return WrongCredentials();
  }
  return Begin({SessionOwner::Kind::kKey, std::string(access_key_id)}, given);
}

base::Result<BegunSession> ConsoleLogin::Begin(SessionOwner owner, std::string mark) {
  PINION_TRY(SessionStore::Started started,
             with_.sessions.Start(std::move(owner), std::move(mark)));
  auto session = Judge(started.session, started.token);
  if (!session) {
    // Removed or changed since the credentials were checked.
    return WrongCredentials();
  }
  return BegunSession{std::move(started.token), *std::move(session)};
}

std::optional<SessionInUse> ConsoleLogin::Find(std::string_view token) {
  const auto session = with_.sessions.Use(token);
  if (!session) {
    return std::nullopt;
  }
  auto found = Judge(*session, token);
  if (!found) {
    // Not only now: it must not live again when the owner does.
    if (const base::Status ended = with_.sessions.End(token); !ended.ok()) {
      base::Log(base::LogLevel::kWarning,
                "users",
                "a session that has ended was not removed",
                {{"error", ended.error().message}});
    }
  }
  return found;
}

std::optional<SessionPrincipal> ConsoleLogin::PrincipalOf(const ConsoleSession& session) const {
  const std::string& name = session.owner.name;
  if (session.owner.kind == SessionOwner::Kind::kUser) {
    UserPtr user = with_.users.Find(name);
    if (user == nullptr || !user->user.active() || user->user.session_mark != session.mark) {
      return std::nullopt;
    }
    return SessionPrincipal{std::move(user), nullptr};
  }
  const auto credential = with_.keys.Find(name, "");
  if (!credential.ok()) {
    return std::nullopt;
  }
  const auth::Secrets& secrets = *credential->secrets;
  const bool of_current = MarkOf(secrets.current) == session.mark;
  const bool of_previous = !secrets.previous.empty() && MarkOf(secrets.previous) == session.mark;
  return of_current || of_previous ? std::optional(SessionPrincipal{nullptr, credential->key})
                                   : std::nullopt;
}

std::optional<SessionInUse> ConsoleLogin::Judge(const ConsoleSession& session,
                                                std::string_view token) const {
  auto principal = PrincipalOf(session);
  if (!principal) {
    return std::nullopt;
  }
  SessionInUse in_use{std::move(*principal), CsrfTokenOf(token), with_.sessions.EndOf(session)};
  in_use.totp_required = options_.require_totp && in_use.principal.user != nullptr &&
                         !in_use.principal.user->user.has_totp();
  return in_use;
}

base::Status ConsoleLogin::CheckPasswordOf(const UserInUse& user, std::string_view password) {
  PINION_TRY(const bool right, with_.hasher.Verify(user.user.password_hash, password));
  return right ? base::Status() : WrongCredentials();
}

base::Status ConsoleLogin::ForgetEnded() {
  return with_.sessions.EndWhere(
      [this](const ConsoleSession& session) { return !PrincipalOf(session).has_value(); });
}

}  // namespace pinion::users
