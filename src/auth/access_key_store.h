// The access keys of a server (AUTH-30, AUTH-42, OPS-5): kept in the store with their secrets
// sealed, and whole in memory, so that looking one up never waits. The key given by configuration
// is only in memory. SigV4Verifier asks it for secrets. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "auth/access_key.h"
#include "auth/credentials.h"
#include "auth/key_in_use.h"
#include "auth/secret_box.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "storage/key_value_store.h"

namespace pinion::auth {

// A pair from the configuration.
struct ConfiguredKey {
  std::string id;
  std::string secret;
};

struct NewAccessKey {
  std::string name;
  std::vector<std::string> policies = {std::string(kAdministrator)};
  std::map<std::string, std::string> tags = {};
  std::optional<RateLimit> rate_limit = std::nullopt;
  std::optional<base::Timestamp> expires_at = std::nullopt;
};

// What is given is changed, the rest stays. An empty inner optional takes the setting away.
struct AccessKeyChange {
  std::optional<std::vector<std::string>> policies = std::nullopt;
  std::optional<AccessKey::Status> status = std::nullopt;
  std::optional<std::map<std::string, std::string>> tags = std::nullopt;
  std::optional<std::optional<RateLimit>> rate_limit = std::nullopt;
  std::optional<std::optional<base::Timestamp>> expires_at = std::nullopt;
};

// The only time that the secret is given out.
struct CreatedAccessKey {
  AccessKey key;
  std::string secret;
};

// The principals of the server that are no keys (AUTH-30). Thread-safe; must not call back.
class OtherPrincipals {
 public:
  virtual ~OtherPrincipals() = default;
  // Whether one of them could administer the server now (AUTH-42).
  virtual bool HasAdministrator() const = 0;
  virtual bool HasName(std::string_view name) const = 0;
};

// AUTH-42: why a change is refused that would leave none.
base::Error LastAdministrator();

class AccessKeyStore final : public CredentialSource {
 public:
  struct Collaborators {
    storage::KeyValueStore& store;
    const SecretBox& box;
    // Wall clock.
    const base::Clock& clock;
    base::IdGenerator& ids;
  };
  static constexpr size_t kKeysMax = 10'000;
  // How long a secret may outlive its rotation.
  static constexpr std::chrono::seconds kGraceMax = std::chrono::days(30);
  // What a limit may be, calls a second and burst alike.
  static constexpr double kRateMax = 1'000'000;

  // Reads all keys. Fails if the configured pair is not usable (kInvalidArgument) or the store
  // cannot be read. A key whose secret cannot be opened is logged, listed, and lets nobody in.
  static base::Result<std::unique_ptr<AccessKeyStore>> Open(
      Collaborators collaborators, std::optional<ConfiguredKey> configured);
  ~AccessKeyStore() override;
  AccessKeyStore(const AccessKeyStore&) = delete;
  AccessKeyStore& operator=(const AccessKeyStore&) = delete;

  // From now on others count: they may be the last administrator, and their names are taken. Once,
  // before the first change; must outlive all later ones.
  void SetOtherPrincipals(const OtherPrincipals& others) { others_ = &others; }
  // While it is held no key is made, changed or removed. For whoever keeps other principals and
  // must know that what a key is now, it still is when the change is made.
  [[nodiscard]] std::unique_lock<std::mutex> HoldChanges() { return std::unique_lock(changes_); }
  bool HasAdministrator() const;
  bool HasName(std::string_view name) const;

  // The first start without a configured key: makes an Administrator key named `administrator`.
  // Nothing if there is any key, the configured one included, or another administrator. Durable
  // when it returns.
  base::Result<std::optional<CreatedAccessKey>> CreateFirstKey();

  // kInvalidArgument for a bad name, policies (AUTH-33), tags or limit, kConflict for a name that
  // is taken or too many keys.
  base::Result<CreatedAccessKey> Create(const NewAccessKey& wanted);
  // kNotFound.
  base::Result<AccessKey> Get(std::string_view id) const;
  // By id, the configured one included.
  std::vector<AccessKey> List() const;
  // As a call would find it, whether it may be used or not; null when there is no such key.
  KeyPtr Use(std::string_view id) const;
  // All of these: kNotFound; kInvalidArgument for the configured key and for what would leave no
  // active Administrator (AUTH-42). Changes hold from the next call on.
  base::Result<AccessKey> Update(std::string_view id, const AccessKeyChange& change);
  base::Status SetStatus(std::string_view id, AccessKey::Status status);
  base::Status Delete(std::string_view id);
  // A new secret; the old one is good for `grace` more. kInvalidArgument for a grace out of range.
  base::Result<CreatedAccessKey> Rotate(std::string_view id, std::chrono::seconds grace);

  AuthResult<Credential> Find(std::string_view access_key_id,
                              std::string_view session_token) const override;

  // Remembers, to the minute, that a key was used; written to the store once a minute at most.
  void NoteUse(const KeyInUse& used);

 private:
  struct Entry;
  using Entries = std::map<std::string, std::shared_ptr<Entry>, std::less<>>;

  explicit AccessKeyStore(Collaborators collaborators) : with_(collaborators) {}

  base::Status Load();
  base::Status AddConfigured(const ConfiguredKey& configured);
  std::shared_ptr<Entry> Lookup(std::string_view id) const;
  base::Status Write(const Entry& entry);
  base::Result<std::shared_ptr<Entry>> CopyForChange(std::string_view id) const;
  base::Status Replace(std::shared_ptr<Entry> entry);
  // Whether an administrator is left when `before` becomes `after`, or goes.
  base::Status CheckAdministratorLeft(const AccessKey& before, const AccessKey* after) const;

  const Collaborators with_;
  // Held through a change, so that changes come one after the other.
  std::mutex changes_;
  // Guards entries_ and what it points to; held for moments only.
  mutable std::shared_mutex mutex_;
  Entries entries_;
  const OtherPrincipals* others_ = nullptr;
};

}  // namespace pinion::auth
