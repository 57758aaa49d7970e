// All that lets people into the console, wired once: users, sessions, logins. Owns them; they are
// thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "auth/access_key_store.h"
#include "auth/secret_box.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/random.h"
#include "base/result.h"
#include "storage/key_value_store.h"
#include "users/console_login.h"
#include "users/password_hasher.h"
#include "users/session_store.h"
#include "users/user_store.h"

namespace pinion::users {

class ConsoleAccess {
 public:
  // All must outlive this.
  struct Collaborators {
    storage::KeyValueStore& store;
    const auth::SecretBox& box;
    const base::Clock& wall_clock;
    base::IdGenerator& ids;
    base::RandomSource& random;
    auth::AccessKeyStore& keys;
  };
  struct Options {
    // The URL by which browsers reach the server, without slash at the end.
    std::function<std::string()> public_url;
    SessionStore::Options sessions = {};
    ConsoleLogin::Options login = {};
    PasswordHasher::Options passwords = {};
  };
  // Reads users and sessions. From then on `keys` counts the users, too.
  static base::Result<std::unique_ptr<ConsoleAccess>> Open(const Collaborators& collaborators,
                                                           Options options);

  UserStore& users() { return *users_; }
  SessionStore& sessions() { return *sessions_; }
  ConsoleLogin& login() { return *login_; }
  auth::AccessKeyStore& keys() { return keys_; }
  PasswordHasher& hasher() { return hasher_; }

  // OPS-43: where a browser redeems a setup code.
  std::string SetupUrl(std::string_view code) const;

 private:
  ConsoleAccess(const Collaborators& collaborators, const Options& options)
      : hasher_(options.passwords, collaborators.random),
        keys_(collaborators.keys),
        public_url_(options.public_url) {}

  PasswordHasher hasher_;
  auth::AccessKeyStore& keys_;
  const std::function<std::string()> public_url_;
  std::unique_ptr<UserStore> users_;
  std::unique_ptr<SessionStore> sessions_;
  std::unique_ptr<ConsoleLogin> login_;
};

}  // namespace pinion::users
