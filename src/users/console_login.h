// Who may begin a session of the console, and what a session lets its holder do (OPS-40 to OPS-43).
// A session belongs to a user or to an access key, and acts as that principal. It has ended when
// the user's password or status changed, when the key may not be used or its secret is good no
// longer, and when SessionStore says so. Thread-safe. What takes a password blocks while it is
// checked, and fails with kTooManyRequests when too many are.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "auth/access_key_store.h"
#include "auth/policy_set.h"
#include "base/clock.h"
#include "base/result.h"
#include "users/password_hasher.h"
#include "users/session_store.h"
#include "users/user_store.h"

namespace pinion::users {

// Whom a session acts as: a user or a key, the other one is nothing.
struct SessionPrincipal {
  UserPtr user;
  auth::KeyPtr key;

  const std::string& name() const { return user ? user->user.name : key->key.name; }
  const std::vector<std::string>& policy_texts() const {
    return user ? user->user.policies : key->key.policies;
  }
};

struct SessionInUse {
  SessionPrincipal principal;
  // What the browser must send in `x-pinion-csrf`.
  std::string csrf_token;
  base::Timestamp ends_at;
  // The user must set up one-time codes before anything else.
  bool totp_required = false;
};

struct BegunSession {
  std::string token;
  SessionInUse session;
};

struct PasswordLogin {
  std::string user_name;
  std::string password;
  std::string totp_code = {};
};

class ConsoleLogin {
 public:
  struct Options {
    // Users without one-time codes must set them up before they may do anything else.
    bool require_totp = false;
  };
  // All must outlive this.
  struct Collaborators {
    UserStore& users;
    SessionStore& sessions;
    auth::AccessKeyStore& keys;
    PasswordHasher& hasher;
  };
  ConsoleLogin(const Collaborators& collaborators, Options options)
      : with_(collaborators), options_(options) {}

  // kForbidden, with the same text and after the same time whatever was wrong.
  base::Result<BegunSession> WithPassword(const PasswordLogin& login);
  base::Result<BegunSession> WithKey(std::string_view access_key_id, std::string_view secret);

  // Nothing when there is no such session, or it has ended. Never waits.
  std::optional<SessionInUse> Find(std::string_view token);
  base::Status End(std::string_view token) { return with_.sessions.End(token); }

  // kForbidden when it is not the user's password.
  base::Status CheckPasswordOf(const UserInUse& user, std::string_view password);
  // Removes the sessions of those that may begin none, so that they do not live again when their
  // owner does. At start.
  base::Status ForgetEnded();

  const Options& options() const { return options_; }

 private:
  base::Result<BegunSession> Begin(SessionOwner owner, std::string mark);
  std::optional<SessionPrincipal> PrincipalOf(const ConsoleSession& session) const;
  std::optional<SessionInUse> Judge(const ConsoleSession& session, std::string_view token) const;

  const Collaborators with_;
  const Options options_;
};

}  // namespace pinion::users
