#include "auth/access_key_store.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "storage/key.h"
#include "storage/write_batch.h"

namespace pinion::auth {
namespace {

constexpr size_t kIdTail = 16;
constexpr size_t kSecretLength = 40;
constexpr std::string_view kConfiguredName = "config";
constexpr std::string_view kFirstName = "administrator";
// OPS-5.
constexpr size_t kConfiguredIdMin = 3;
constexpr size_t kConfiguredSecretMin = 8;
constexpr size_t kConfiguredMax = 128;

std::string StoreKey(std::string_view id) {
  return storage::KeyWriter(storage::KeySpace::kAccessKey).Text(id).Take();
}

std::string SealedFor(std::string_view id) {
  return "access key " + std::string(id);
}

bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

base::Error NoSuchKey() {
  return base::NotFound("The access key does not exist.");
}

base::Timestamp ToTheMinute(base::Timestamp at) {
  return std::chrono::floor<std::chrono::minutes>(at);
}

}  // namespace

struct AccessKeyStore::Entry {
  AccessKey key;
  // Empty if it could not be opened.
  std::string secret;
  std::string sealed_secret;
};

AccessKeyStore::~AccessKeyStore() = default;

base::Result<std::unique_ptr<AccessKeyStore>> AccessKeyStore::Open(
    Collaborators collaborators, std::optional<ConfiguredKey> configured) {
  std::unique_ptr<AccessKeyStore> keys(new AccessKeyStore(collaborators));
  PINION_CHECK(keys->Load());
  if (configured.has_value()) {
    PINION_CHECK(keys->AddConfigured(*configured));
  }
  return keys;
}

base::Status AccessKeyStore::Load() {
  base::Status damaged;
  const std::string prefix = storage::KeyWriter(storage::KeySpace::kAccessKey).Take();
  PINION_CHECK(
      with_.store.Scan({.prefix = prefix}, [&](std::string_view key, std::string_view value) {
        const std::string id = storage::KeyReader(key).Text();
        auto stored = DecodeAccessKey(id, value);
        if (!stored.ok()) {
          damaged = stored.error();
          return false;
        }
        auto entry = std::make_shared<Entry>();
        entry->key = std::move(stored->key);
        entry->sealed_secret = std::move(stored->sealed_secret);
        auto secret = with_.box.Open(entry->sealed_secret, SealedFor(id));
        if (secret.ok()) {
          entry->secret = *std::move(secret);
        } else {
          base::Log(base::LogLevel::kError,
                    "auth",
                    "the secret of an access key cannot be opened; nobody can use the key",
                    {{"access_key_id", id}});
        }
        entries_.emplace(id, std::move(entry));
        return true;
      }));
  return damaged;
}

base::Status AccessKeyStore::AddConfigured(const ConfiguredKey& configured) {
  const auto in_limits = [](std::string_view text, size_t min) {
    return text.size() >= min && text.size() <= kConfiguredMax && IsPrintable(text);
  };
  // A comma ends the id where it is sent.
  if (!in_limits(configured.id, kConfiguredIdMin) || configured.id.find(',') != std::string::npos) {
    return base::InvalidArgument(
        "The configured access key id must be 3 to 128 printable characters without blanks and "
        "commas.");
  }
  if (!in_limits(configured.secret, kConfiguredSecretMin)) {
    return base::InvalidArgument(
        "The configured secret key must be 8 to 128 printable characters without blanks.");
  }
  if (configured.id.starts_with(kSessionKeyPrefix)) {
    return base::InvalidArgument("The configured access key id must not begin with " +
                                 std::string(kSessionKeyPrefix) +
                                 ", which marks session credentials.");
  }
  auto entry = std::make_shared<Entry>();
  entry->key.id = configured.id;
  entry->key.name = kConfiguredName;
  entry->key.policies = {std::string(kAdministrator)};
  entry->key.created_at = with_.clock.Now();
  entry->key.managed_by_config = true;
  entry->secret = configured.secret;
  entries_[configured.id] = std::move(entry);
  return {};
}

base::Result<std::optional<CreatedAccessKey>> AccessKeyStore::CreateFirstKey() {
  if (!List().empty()) {
    return std::optional<CreatedAccessKey>();
  }
  PINION_TRY(CreatedAccessKey created, Create({.name = std::string(kFirstName)}));
  PINION_CHECK(with_.store.Sync());
  return std::optional(std::move(created));
}

base::Result<CreatedAccessKey> AccessKeyStore::Create(const NewAccessKey& wanted) {
  if (!IsValidKeyName(wanted.name)) {
    return base::InvalidArgument("Name must be 1 to 64 of A-Z, a-z, 0-9 and _.@+=,-.");
  }
  if (wanted.policies.size() > kPoliciesMax) {
    return base::InvalidArgument("Policies must have at most 10 entries.");
  }
  const std::lock_guard changes(changes_);
  const std::vector<AccessKey> existing = List();
  if (existing.size() >= kKeysMax) {
    return base::Conflict("There are " + std::to_string(kKeysMax) + " access keys already.");
  }
  if (std::any_of(existing.begin(), existing.end(), [&](const AccessKey& key) {
        return key.name == wanted.name;
      })) {
    return base::Conflict("An access key with this Name exists already.");
  }
  auto entry = std::make_shared<Entry>();
  entry->key.id = "PNAK" + with_.ids.NewBase32(kIdTail);
  entry->key.name = wanted.name;
  entry->key.policies = wanted.policies;
  entry->key.tags = wanted.tags;
  entry->key.rate_limit = wanted.rate_limit;
  entry->key.expires_at = wanted.expires_at;
  entry->key.created_at = with_.clock.Now();
  entry->secret = with_.ids.NewAlphanumeric(kSecretLength);
  entry->sealed_secret = with_.box.Seal(entry->secret, SealedFor(entry->key.id));
  PINION_CHECK(Write(*entry));
  CreatedAccessKey created{entry->key, entry->secret};
  const std::unique_lock lock(mutex_);
  entries_.emplace(created.key.id, std::move(entry));
  return created;
}

base::Result<AccessKey> AccessKeyStore::Get(std::string_view id) const {
  const std::shared_lock lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end()) {
    return NoSuchKey();
  }
  return found->second->key;
}

std::vector<AccessKey> AccessKeyStore::List() const {
  const std::shared_lock lock(mutex_);
  std::vector<AccessKey> keys;
  keys.reserve(entries_.size());
  for (const auto& [id, entry] : entries_) {
    keys.push_back(entry->key);
  }
  return keys;
}

base::Status AccessKeyStore::SetStatus(std::string_view id, AccessKey::Status status) {
  const std::lock_guard changes(changes_);
  const std::shared_ptr<Entry> before = Lookup(id);
  if (before == nullptr) {
    return NoSuchKey();
  }
  if (status == AccessKey::Status::kInactive) {
    PINION_CHECK(CheckRemovable(id));
  } else if (before->key.managed_by_config) {
    return {};
  }
  auto after = std::make_shared<Entry>(*before);
  after->key.status = status;
  PINION_CHECK(Write(*after));
  const std::unique_lock lock(mutex_);
  entries_[after->key.id] = after;
  return {};
}

base::Status AccessKeyStore::Delete(std::string_view id) {
  const std::lock_guard changes(changes_);
  if (Lookup(id) == nullptr) {
    return NoSuchKey();
  }
  PINION_CHECK(CheckRemovable(id));
  storage::WriteBatch batch;
  batch.Delete(StoreKey(id));
  PINION_CHECK(with_.store.Apply(batch));
  const std::unique_lock lock(mutex_);
  entries_.erase(entries_.find(id));
  return {};
}

AuthResult<Credential> AccessKeyStore::Find(std::string_view access_key_id,
                                            std::string_view session_token) const {
  const std::shared_lock lock(mutex_);
  const auto found = entries_.find(access_key_id);
  // The same answer for all: who guesses ids learns nothing.
  if (found == entries_.end() || found->second->secret.empty() ||
      !found->second->key.MayBeUsed(with_.clock.Now())) {
    return AuthError{AuthFailure::kUnrecognizedClient,
                     "The access key id is not known here or may not be used."};
  }
  if (!session_token.empty()) {
    return AuthError{AuthFailure::kUnrecognizedClient,
                     "This access key takes no session token; a left-over AWS_SESSION_TOKEN may "
                     "have sent one."};
  }
  return Credential{found->second->secret};
}

void AccessKeyStore::NoteUse(std::string_view id) {
  const base::Timestamp minute = ToTheMinute(with_.clock.Now());
  {
    const std::shared_lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end() || found->second->key.last_used_at >= minute) {
      return;
    }
  }
  const std::lock_guard changes(changes_);
  const std::shared_ptr<Entry> before = Lookup(id);
  if (before == nullptr || before->key.last_used_at >= minute) {
    return;
  }
  auto after = std::make_shared<Entry>(*before);
  after->key.last_used_at = minute;
  // Not worth a failure: the next minute tries again.
  const bool written = after->key.managed_by_config || Write(*after).ok();
  if (written) {
    const std::unique_lock lock(mutex_);
    entries_[after->key.id] = after;
  }
}

std::shared_ptr<AccessKeyStore::Entry> AccessKeyStore::Lookup(std::string_view id) const {
  const std::shared_lock lock(mutex_);
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : found->second;
}

base::Status AccessKeyStore::Write(const Entry& entry) {
  storage::WriteBatch batch;
  batch.Put(StoreKey(entry.key.id), EncodeAccessKey({entry.key, entry.sealed_secret}));
  PINION_CHECK(with_.store.Apply(batch));
  return {};
}

base::Status AccessKeyStore::CheckRemovable(std::string_view id) const {
  const base::Timestamp now = with_.clock.Now();
  bool is_usable_administrator = false;
  bool another = false;
  for (const AccessKey& key : List()) {
    if (key.id == id && key.managed_by_config) {
      return base::InvalidArgument("The access key given by configuration cannot be changed.");
    }
    if (key.IsAdministrator() && key.MayBeUsed(now)) {
      (key.id == id ? is_usable_administrator : another) = true;
    }
  }
  if (is_usable_administrator && !another) {
    return base::InvalidArgument(
        "The last active access key with Administrator cannot be removed or deactivated.");
  }
  return {};
}

}  // namespace pinion::auth
