#include "users/user_store.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/digest.h"
#include "base/log.h"
#include "storage/key.h"
#include "storage/record.h"
#include "storage/write_batch.h"
#include "users/one_time_code.h"
#include "users/setup_code.h"

namespace pinion::users {
namespace {

// Numbers on disk.
enum FirstSetupField : uint32_t { kCodeHash = 1, kGoodUntil = 2 };

std::string StoreKey(std::string_view name) {
  return storage::KeyWriter(storage::KeySpace::kConsoleUser).Text(name).Take();
}

std::string FirstSetupKey() {
  return storage::KeyWriter(storage::KeySpace::kSetting).Text("console-setup").Take();
}

std::string TotpSealedFor(std::string_view name) {
  return "one-time codes of " + std::string(name);
}

base::Error NoSuchUser() {
  return base::NotFound("The user does not exist.");
}

base::Error BadSetupCode() {
  return base::Forbidden("The setup code is not known, was used already, or is too old.");
}

base::Status CheckEmail(std::string_view email) {
  const size_t at = email.find('@');
  const bool printable =
      std::all_of(email.begin(), email.end(), [](unsigned char c) { return c > ' ' && c != 0x7f; });
  if (!email.empty() && (email.size() > kEmailBytesMax || !printable || at == 0 ||
                         at == std::string_view::npos || at + 1 == email.size())) {
    return base::InvalidArgument("Member 'Email': must be an address of at most " +
                                 std::to_string(kEmailBytesMax) + " bytes, or empty.");
  }
  return {};
}

bool Administers(const UserInUse& user) {
  return user.user.active() && user.user.has_password() && user.policies->is_administrator();
}

// What ends with a password: its setup code, and all sessions.
void SetPassword(ConsoleUser& user, std::string hash, base::IdGenerator& ids) {
  user.password_hash = std::move(hash);
  user.setup_hash.clear();
  user.setup_until.reset();
  user.session_mark = ids.NewHexId();
}

bool SetupCodeHolds(const ConsoleUser& user, std::string_view hash, base::Timestamp now) {
  return user.active() && !user.setup_hash.empty() && now < user.setup_until &&
         base::EqualInConstantTime(user.setup_hash, hash);
}

}  // namespace

base::Result<std::unique_ptr<UserStore>> UserStore::Open(const Collaborators& collaborators) {
  std::unique_ptr<UserStore> users(new UserStore(collaborators));
  PINION_CHECK(users->Load());
  collaborators.keys.SetOtherPrincipals(*users);
  return users;
}

base::Status UserStore::Load() {
  base::Status damaged;
  const std::string prefix = storage::KeyWriter(storage::KeySpace::kConsoleUser).Take();
  PINION_CHECK(
      with_.store.Scan({.prefix = prefix}, [&](std::string_view key, std::string_view value) {
        auto user = DecodeConsoleUser(storage::KeyReader(key).Text(), value);
        if (!user.ok()) {
          damaged = user.error();
          return false;
        }
        auto policies = auth::CompilePolicies(user->policies);
        if (!policies.ok()) {
          base::Log(base::LogLevel::kError,
                    "users",
                    "the policies of a user cannot be read; the user may do nothing",
                    {{"user", user->name}, {"error", policies.error().message}});
        }
        std::string name = user->name;
        entries_.emplace(
            std::move(name),
            std::make_shared<UserInUse>(
                UserInUse{*std::move(user),
                          policies.ok() ? *policies : std::make_shared<const auth::PolicySet>()}));
        return true;
      }));
  return damaged;
}

// What needs no look at other principals; hashes the password.
base::Result<ConsoleUser> UserStore::Drafted(const NewUser& wanted) const {
  if (!auth::IsValidKeyName(wanted.name)) {
    return base::InvalidArgument(
        "Member 'UserName': must be 1 to 64 of A-Z, a-z, 0-9 and _.@+=,-.");
  }
  PINION_CHECK(CheckEmail(wanted.email));
  PINION_CHECK(auth::CompilePolicies(wanted.policies));
  ConsoleUser user;
  user.name = wanted.name;
  user.email = wanted.email;
  user.policies = wanted.policies;
  user.created_at = with_.wall_clock.Now();
  user.session_mark = with_.ids.NewHexId();
  if (wanted.password) {
    PINION_CHECK(CheckPassword(*wanted.password, "Password"));
    PINION_TRY(user.password_hash, with_.hasher.Hash(*wanted.password));
  }
  return user;
}

base::Result<UserWithCode> UserStore::Create(const NewUser& wanted) {
  PINION_TRY(ConsoleUser user, Drafted(wanted));
  const std::string code = user.has_password() ? "" : GiveSetupCode(user);
  const std::lock_guard changes(changes_);
  const auto held = with_.keys.HoldChanges();
  PINION_TRY(UserPtr created, Insert(std::move(user), {}));
  return UserWithCode{std::move(created), code};
}

base::Result<UserPtr> UserStore::Insert(ConsoleUser user, storage::WriteBatch batch) {
  if (Find(user.name) != nullptr) {
    return base::Conflict("A user with this UserName exists already.");
  }
  if (with_.keys.HasName(user.name)) {
    return base::Conflict("An access key with this name exists already.");
  }
  if (List().size() >= kUsersMax) {
    return base::Conflict("There are " + std::to_string(kUsersMax) + " users already.");
  }
  PINION_TRY(auto policies, auth::CompilePolicies(user.policies));
  batch.Put(StoreKey(user.name), EncodeConsoleUser(user));
  PINION_CHECK(with_.store.Apply(batch));
  std::string name = user.name;
  UserPtr entry = std::make_shared<UserInUse>(UserInUse{std::move(user), std::move(policies)});
  const std::unique_lock lock(mutex_);
  entries_.emplace(std::move(name), entry);
  return entry;
}

std::string UserStore::GiveSetupCode(ConsoleUser& user) const {
  std::string code = NewSetupCode(with_.ids, kSetupCodeGroups);
  user.setup_hash = SetupCodeHash(code);
  user.setup_until = with_.wall_clock.Now() + kSetupCodeLifetime;
  return code;
}

UserPtr UserStore::Find(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : found->second;
}

base::Result<UserPtr> UserStore::Get(std::string_view name) const {
  UserPtr user = Find(name);
  return user != nullptr ? base::Result<UserPtr>(std::move(user)) : NoSuchUser();
}

std::vector<UserPtr> UserStore::List() const {
  const std::shared_lock lock(mutex_);
  std::vector<UserPtr> users;
  users.reserve(entries_.size());
  for (const auto& [name, user] : entries_) {
    users.push_back(user);
  }
  return users;
}

base::Result<UserPtr> UserStore::Change(std::string_view name,
                                        AdministratorRule rule,
                                        const Changer& changer) {
  const std::lock_guard changes(changes_);
  const auto held = with_.keys.HoldChanges();
  PINION_TRY(const UserPtr before, Get(name));
  auto after = std::make_shared<UserInUse>(*before);
  PINION_CHECK(changer(after->user));
  if (after->user.policies != before->user.policies) {
    PINION_TRY(after->policies, auth::CompilePolicies(after->user.policies));
  }
  if (rule == AdministratorRule::kOneStays) {
    PINION_CHECK(CheckAdministratorLeft(*before, after.get()));
  }
  storage::WriteBatch batch;
  batch.Put(StoreKey(name), EncodeConsoleUser(after->user));
  PINION_CHECK(with_.store.Apply(batch));
  const std::unique_lock lock(mutex_);
  entries_.find(name)->second = after;
  return UserPtr(after);
}

base::Result<UserPtr> UserStore::Update(std::string_view name, const UserChange& change) {
  PINION_CHECK(Get(name));
  std::string password_hash;
  if (change.password) {
    PINION_CHECK(CheckPassword(*change.password, "Password"));
    PINION_TRY(password_hash, with_.hasher.Hash(*change.password));
  }
  return Change(name, AdministratorRule::kOneStays, [&](ConsoleUser& user) -> base::Status {
    if (change.email) {
      PINION_CHECK(CheckEmail(*change.email));
      user.email = *change.email;
    }
    user.policies = change.policies.value_or(user.policies);
    if (change.password) {
      SetPassword(user, password_hash, with_.ids);
    }
    if (change.status) {
      user.status = *change.status;
      user.session_mark = user.active() ? user.session_mark : with_.ids.NewHexId();
    }
    return {};
  });
}

base::Status UserStore::Delete(std::string_view name) {
  const std::lock_guard changes(changes_);
  const auto held = with_.keys.HoldChanges();
  PINION_TRY(const UserPtr before, Get(name));
  PINION_CHECK(CheckAdministratorLeft(*before, nullptr));
  storage::WriteBatch batch;
  batch.Delete(StoreKey(name));
  PINION_CHECK(with_.store.Apply(batch));
  const std::unique_lock lock(mutex_);
  entries_.erase(entries_.find(name));
  return {};
}

base::Result<UserWithCode> UserStore::ResetPassword(std::string_view name) {
  std::string code;
  PINION_TRY(UserPtr user,
             Change(name, AdministratorRule::kNone, [&](ConsoleUser& changed) -> base::Status {
               SetPassword(changed, "", with_.ids);
               code = GiveSetupCode(changed);
               return {};
             }));
  return UserWithCode{std::move(user), code};
}

base::Status UserStore::EndSessions(std::string_view name) {
  PINION_CHECK(Change(name, AdministratorRule::kOneStays, [&](ConsoleUser& user) -> base::Status {
    user.session_mark = with_.ids.NewHexId();
    return {};
  }));
  return {};
}

base::Status UserStore::CheckAdministratorLeft(const UserInUse& before,
                                               const UserInUse* after) const {
  if (!Administers(before) || (after != nullptr && Administers(*after))) {
    return {};
  }
  const std::vector<UserPtr> users = List();
  const bool another = std::any_of(users.begin(), users.end(), [&](const UserPtr& user) {
    return user->user.name != before.user.name && Administers(*user);
  });
  return another || with_.keys.HasAdministrator() ? base::Status() : auth::LastAdministrator();
}

bool UserStore::HasAdministrator() const {
  const std::vector<UserPtr> users = List();
  return std::any_of(
      users.begin(), users.end(), [](const UserPtr& user) { return Administers(*user); });
}

base::Result<std::string> UserStore::MakeFirstSetupCode() {
  std::string code = NewSetupCode(with_.ids, kFirstSetupCodeGroups);
  storage::WriteBatch batch;
  batch.Put(FirstSetupKey(),
            storage::RecordWriter()
                .Text(kCodeHash, SetupCodeHash(code))
                .Time(kGoodUntil, with_.wall_clock.Now() + kSetupCodeLifetime)
                .Take());
  PINION_CHECK(with_.store.Apply(batch));
  PINION_CHECK(with_.store.Sync());
  return code;
}

base::Result<bool> UserStore::IsFirstSetupCode(std::string_view hash) const {
  PINION_TRY(const auto stored, with_.store.Get(FirstSetupKey()));
  if (!stored) {
    return false;
  }
  std::string_view code_hash;
  base::Timestamp until{};
  storage::RecordReader reader(*stored);
  while (reader.Next()) {
    if (reader.field() == kCodeHash) {
      code_hash = reader.Text();
    } else if (reader.field() == kGoodUntil) {
      until = reader.Time();
    }
  }
  PINION_CHECK(reader.Finish("setup code"));
  return with_.wall_clock.Now() < until && base::EqualInConstantTime(code_hash, hash);
}

base::Result<std::optional<std::string>> UserStore::OwnerOfSetupCode(std::string_view hash) const {
  const base::Timestamp now = with_.wall_clock.Now();
  for (const UserPtr& user : List()) {
    if (SetupCodeHolds(user->user, hash, now)) {
      return std::optional(user->user.name);
    }
  }
  PINION_TRY(const bool first, IsFirstSetupCode(hash));
  return first ? std::optional(std::string()) : std::nullopt;
}

base::Result<UserPtr> UserStore::RedeemSetupCode(const SetupAttempt& attempt) {
  const std::string hash = SetupCodeHash(attempt.code);
  PINION_TRY(const std::optional<std::string> owner, OwnerOfSetupCode(hash));
  if (!owner || (!owner->empty() && attempt.user_name.value_or(*owner) != *owner)) {
    return BadSetupCode();
  }
  if (owner->empty()) {
    return BecomeFirst(hash, attempt);
  }
  PINION_CHECK(CheckPassword(attempt.password, "Password"));
  PINION_TRY(const std::string password_hash, with_.hasher.Hash(attempt.password));
  return Change(*owner, AdministratorRule::kOneStays, [&](ConsoleUser& user) -> base::Status {
    // It may have been used while the password was hashed.
    if (!SetupCodeHolds(user, hash, with_.wall_clock.Now())) {
      return BadSetupCode();
    }
    SetPassword(user, password_hash, with_.ids);
    return {};
  });
}

base::Result<UserPtr> UserStore::BecomeFirst(std::string_view hash, const SetupAttempt& attempt) {
  if (!attempt.user_name) {
    return base::InvalidArgument(
        "Member 'UserName': must be given with the setup code of the first start.");
  }
  PINION_TRY(ConsoleUser user, Drafted({.name = *attempt.user_name, .password = attempt.password}));
  const std::lock_guard changes(changes_);
  const auto held = with_.keys.HoldChanges();
  PINION_TRY(const bool still_good, IsFirstSetupCode(hash));
  if (!still_good) {
    return BadSetupCode();
  }
  storage::WriteBatch batch;
  batch.Delete(FirstSetupKey());
  return Insert(std::move(user), std::move(batch));
}

base::Result<bool> UserStore::AdmitLogin(const UserInUse& seen, std::string_view totp_code) {
  const base::Timestamp now = with_.wall_clock.Now();
  const auto changed =
      Change(seen.user.name, AdministratorRule::kOneStays, [&](ConsoleUser& user) -> base::Status {
        // The mark is another one when password or status have changed since.
        if (!user.active() || user.session_mark != seen.user.session_mark) {
          return base::Forbidden("The user is not the same any more.");
        }
        if (user.has_totp()) {
          PINION_TRY(const std::string secret,
                     with_.box.Open(user.sealed_totp, TotpSealedFor(user.name)));
          const auto step =
              MatchTotp(secret, {.code = totp_code, .now = now, .used_step = user.totp_used_step});
          if (!step) {
            return base::Forbidden("The one-time code is wrong.");
          }
          user.totp_used_step = *step;
        }
        user.last_login_at = now;
        return {};
      });
  if (changed.ok()) {
    return true;
  }
  const base::Errc code = changed.error().code;
  if (code == base::Errc::kForbidden || code == base::Errc::kNotFound) {
    return false;
  }
  return changed.error();
}

base::Result<std::string> UserStore::PrepareTotp(std::string_view name) {
  std::array<uint8_t, kTotpSecretBytes> bytes{};
  with_.random.Fill(bytes);
  std::string secret(bytes.begin(), bytes.end());
  PINION_CHECK(Change(name, AdministratorRule::kOneStays, [&](ConsoleUser& user) -> base::Status {
    user.sealed_new_totp = with_.box.Seal(secret, TotpSealedFor(name));
    return {};
  }));
  return secret;
}

base::Status UserStore::ConfirmTotp(std::string_view name, std::string_view code) {
  PINION_CHECK(Change(name, AdministratorRule::kOneStays, [&](ConsoleUser& user) -> base::Status {
    if (user.sealed_new_totp.empty()) {
      return base::Conflict("There are no new one-time codes to confirm.");
    }
    PINION_TRY(const std::string secret, with_.box.Open(user.sealed_new_totp, TotpSealedFor(name)));
    const auto step = MatchTotp(secret, {.code = code, .now = with_.wall_clock.Now()});
    if (!step) {
      return base::InvalidArgument("Member 'TotpCode': is not the code that holds now.");
    }
    user.sealed_totp = std::exchange(user.sealed_new_totp, "");
    user.totp_used_step = *step;
    return {};
  }));
  return {};
}

base::Status UserStore::RemoveTotp(std::string_view name) {
  PINION_CHECK(Change(name, AdministratorRule::kOneStays, [](ConsoleUser& user) -> base::Status {
    user.sealed_totp.clear();
    user.sealed_new_totp.clear();
    user.totp_used_step = 0;
    return {};
  }));
  return {};
}

}  // namespace pinion::users
