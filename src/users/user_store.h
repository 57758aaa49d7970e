// The users of the console (OPS-43): kept in the store, passwords and codes hashed, secrets sealed,
// and whole in memory, so that looking one up never waits. Together with the access keys they are
// the principals of the server: names are unique among both, and one administrator is always left
// (AUTH-30, AUTH-42). Thread-safe. What takes a password blocks while it is hashed, and fails with
// kTooManyRequests when too many are.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "auth/access_key_store.h"
#include "auth/policy_set.h"
#include "auth/secret_box.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "storage/key_value_store.h"
#include "users/console_user.h"
#include "users/password_hasher.h"

namespace pinion::users {

inline constexpr size_t kUsersMax = 10'000;
inline constexpr size_t kEmailBytesMax = 254;

// A user as a call finds it. It does not change: a change of the user makes another one, which the
// next call finds.
struct UserInUse {
  ConsoleUser user;
  std::shared_ptr<const auth::PolicySet> policies;
};
using UserPtr = std::shared_ptr<const UserInUse>;

// The only time that the setup code is given out; "" when there is none.
struct UserWithCode {
  UserPtr user;
  std::string setup_code;
};

struct NewUser {
  std::string name;
  std::string email = {};
  std::vector<std::string> policies = {std::string(auth::kAdministrator)};
  // Without one, the user sets it by a setup code.
  std::optional<std::string> password = std::nullopt;
};

// What is given is changed, the rest stays.
struct UserChange {
  std::optional<std::string> password = std::nullopt;
  std::optional<std::string> email = std::nullopt;
  std::optional<std::vector<std::string>> policies = std::nullopt;
  std::optional<ConsoleUser::Status> status = std::nullopt;
};

struct SetupAttempt {
  std::string code;
  // Needed with the code of the first start, which is nobody's yet.
  std::optional<std::string> user_name = std::nullopt;
  std::string password;
};

class UserStore final : public auth::OtherPrincipals {
 public:
  // All must outlive this.
  struct Collaborators {
    storage::KeyValueStore& store;
    const auth::SecretBox& box;
    const base::Clock& wall_clock;
    base::IdGenerator& ids;
    base::RandomSource& random;
    auth::AccessKeyStore& keys;
    PasswordHasher& hasher;
  };
  // Reads all users, and joins the principals that `keys` knows of.
  static base::Result<std::unique_ptr<UserStore>> Open(const Collaborators& collaborators);
  ~UserStore() override = default;
  UserStore(const UserStore&) = delete;
  UserStore& operator=(const UserStore&) = delete;

  // kInvalidArgument for a bad name, email, password or policies (AUTH-33); kConflict for a name
  // that a user or key has, or too many users.
  base::Result<UserWithCode> Create(const NewUser& wanted);
  // Null when there is no such user.
  UserPtr Find(std::string_view name) const;
  // kNotFound.
  base::Result<UserPtr> Get(std::string_view name) const;
  // By name.
  std::vector<UserPtr> List() const;

  // All of these: kNotFound; kInvalidArgument for what would leave no administrator (AUTH-42).
  // Changes hold from the next call on. A new password, deactivation and deletion end all sessions.
  base::Result<UserPtr> Update(std::string_view name, const UserChange& change);
  base::Status Delete(std::string_view name);

  // kNotFound. The password is good no longer, a new setup code replaces it; sessions end. Even the
  // last administrator may have forgotten his password.
  base::Result<UserWithCode> ResetPassword(std::string_view name);
  base::Status EndSessions(std::string_view name);

  // The first start: makes a code by which somebody becomes the first user, an administrator. It
  // takes the place of an earlier one. Durable when it returns.
  base::Result<std::string> MakeFirstSetupCode();
  // Sets the password of the user whose code it is; the code is used up thereby, and by nothing
  // else. kForbidden, the same for all, if the code is not good; as Create and Update.
  base::Result<UserPtr> RedeemSetupCode(const SetupAttempt& attempt);

  // Whether `seen`, whose password was found right, may log in: still the same, active, and with a
  // one-time code that was not used before, where the user has them. Notes the login, and the code
  // as used.
  base::Result<bool> AdmitLogin(const UserInUse& seen, std::string_view totp_code);

  // A new secret of one-time codes, which counts once a code has confirmed it. kNotFound.
  base::Result<std::string> PrepareTotp(std::string_view name);
  // kNotFound; kConflict when nothing was prepared, kInvalidArgument for a wrong code.
  base::Status ConfirmTotp(std::string_view name, std::string_view code);
  // The user has no one-time codes any more. kNotFound.
  base::Status RemoveTotp(std::string_view name);

  bool HasAdministrator() const override;
  bool HasName(std::string_view name) const override { return Find(name) != nullptr; }

 private:
  using Changer = std::function<base::Status(ConsoleUser&)>;
  enum class AdministratorRule { kOneStays, kNone };

  explicit UserStore(const Collaborators& collaborators) : with_(collaborators) {}

  base::Status Load();
  base::Result<UserPtr> Change(std::string_view name,
                               AdministratorRule rule,
                               const Changer& changer);
  // Under changes_ and with the changes of keys held.
  base::Result<UserPtr> Insert(ConsoleUser user, storage::WriteBatch batch);
  base::Status CheckAdministratorLeft(const UserInUse& before, const UserInUse* after) const;
  std::string GiveSetupCode(ConsoleUser& user) const;
  base::Result<ConsoleUser> Drafted(const NewUser& wanted) const;
  // The user whose code it is, "" for the code of the first start; nothing if it is not good.
  base::Result<std::optional<std::string>> OwnerOfSetupCode(std::string_view hash) const;
  base::Result<bool> IsFirstSetupCode(std::string_view hash) const;
  base::Result<UserPtr> BecomeFirst(std::string_view hash, const SetupAttempt& attempt);

  const Collaborators with_;
  // Held through a change, so that changes come one after the other; taken before the keys' own.
  std::mutex changes_;
  // Guards entries_; held for moments only.
  mutable std::shared_mutex mutex_;
  std::map<std::string, UserPtr, std::less<>> entries_;
};

}  // namespace pinion::users
