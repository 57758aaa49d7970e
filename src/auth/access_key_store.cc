#include "auth/access_key_store.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "base/tags.h"
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

base::Status CheckRate(const std::optional<RateLimit>& limit) {
  const auto fits = [](double number, double min) {
    return number >= min && number <= AccessKeyStore::kRateMax;
  };
  if (limit && (!fits(limit->requests_per_second, 0.001) || !fits(limit->burst, 1))) {
    return base::InvalidArgument(
        "Member 'RateLimit': RequestsPerSecond must be from 0.001 and Burst from 1, both to "
        "1000000.");
  }
  return {};
}

base::Status CheckSettings(const AccessKey& key) {
  PINION_CHECK(base::CheckTags(base::Tags(key.tags.begin(), key.tags.end())));
  return CheckRate(key.rate_limit);
}

std::shared_ptr<TokenBucket> BucketOf(const AccessKey& key) {
  return key.rate_limit ? std::make_shared<TokenBucket>(*key.rate_limit) : nullptr;
}

}  // namespace

struct AccessKeyStore::Entry : KeyInUse {
  // Empty if they could not be opened.
  Secrets secrets;
  std::string sealed_secret;
  std::string sealed_previous_secret;

  // A denial beside Administrator takes away, too; the set is asked, not the list of names.
  bool Administers(base::Timestamp now) const {
    return policies->is_administrator() && key.MayBeUsed(now);
  }
};

base::Error LastAdministrator() {
  return base::InvalidArgument(
      "The last active access key or user with Administrator cannot be removed, deactivated or "
      "reduced.");
}

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
        entry->sealed_previous_secret = std::move(stored->sealed_previous_secret);
        if (!entry->sealed_previous_secret.empty()) {
          auto previous = with_.box.Open(entry->sealed_previous_secret, SealedFor(id));
          entry->secrets.previous = previous.ok() ? *std::move(previous) : "";
        }
        entry->limit = BucketOf(entry->key);
        auto policies = CompilePolicies(entry->key.policies);
        if (policies.ok()) {
          entry->policies = *std::move(policies);
        } else {
          entry->policies = std::make_shared<PolicySet>();
          base::Log(base::LogLevel::kError,
                    "auth",
                    "the policies of an access key cannot be read; the key may do nothing",
                    {{"access_key_id", id}, {"error", policies.error().message}});
        }
        auto secret = with_.box.Open(entry->sealed_secret, SealedFor(id));
        if (secret.ok()) {
          entry->secrets.current = *std::move(secret);
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
  entry->secrets.current = configured.secret;
  PINION_TRY(entry->policies, CompilePolicies(entry->key.policies));
  entries_[configured.id] = std::move(entry);
  return {};
}

base::Result<std::optional<CreatedAccessKey>> AccessKeyStore::CreateFirstKey() {
  if (!List().empty() || (others_ != nullptr && others_->HasAdministrator())) {
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
  PINION_TRY(auto policies, CompilePolicies(wanted.policies));
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
  if (others_ != nullptr && others_->HasName(wanted.name)) {
    return base::Conflict("A user with this name exists already.");
  }
  auto entry = std::make_shared<Entry>();
  entry->key.id = "PNAK" + with_.ids.NewBase32(kIdTail);
  entry->key.name = wanted.name;
  entry->key.policies = wanted.policies;
  entry->key.tags = wanted.tags;
  entry->key.rate_limit = wanted.rate_limit;
  entry->key.expires_at = wanted.expires_at;
  entry->key.created_at = with_.clock.Now();
  PINION_CHECK(CheckSettings(entry->key));
  entry->policies = std::move(policies);
  entry->limit = BucketOf(entry->key);
  entry->secrets.current = with_.ids.NewAlphanumeric(kSecretLength);
  entry->sealed_secret = with_.box.Seal(entry->secrets.current, SealedFor(entry->key.id));
  PINION_CHECK(Write(*entry));
  CreatedAccessKey created{entry->key, entry->secrets.current};
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

KeyPtr AccessKeyStore::Use(std::string_view id) const {
  return Lookup(id);
}

base::Result<AccessKey> AccessKeyStore::Update(std::string_view id, const AccessKeyChange& change) {
  const std::lock_guard changes(changes_);
  PINION_TRY(const auto after, CopyForChange(id));
  const AccessKey before = after->key;
  if (change.policies) {
    PINION_TRY(after->policies, CompilePolicies(*change.policies));
    after->key.policies = *change.policies;
  }
  after->key.status = change.status.value_or(before.status);
  after->key.tags = change.tags.value_or(before.tags);
  after->key.expires_at = change.expires_at.value_or(before.expires_at);
  if (change.rate_limit) {
    after->key.rate_limit = *change.rate_limit;
    after->limit = BucketOf(after->key);
  }
  PINION_CHECK(CheckSettings(after->key));
  PINION_CHECK(CheckAdministratorLeft(before, &after->key));
  PINION_CHECK(Replace(after));
  return after->key;
}

base::Status AccessKeyStore::SetStatus(std::string_view id, AccessKey::Status status) {
  PINION_CHECK(Update(id, {.status = status}));
  return {};
}

base::Status AccessKeyStore::Delete(std::string_view id) {
  const std::lock_guard changes(changes_);
  PINION_TRY(const auto before, CopyForChange(id));
  PINION_CHECK(CheckAdministratorLeft(before->key, nullptr));
  storage::WriteBatch batch;
  batch.Delete(StoreKey(id));
  PINION_CHECK(with_.store.Apply(batch));
  const std::unique_lock lock(mutex_);
  entries_.erase(entries_.find(id));
  return {};
}

base::Result<CreatedAccessKey> AccessKeyStore::Rotate(std::string_view id,
                                                      std::chrono::seconds grace) {
  if (grace < std::chrono::seconds(0) || grace > kGraceMax) {
    return base::InvalidArgument("Member 'GraceSeconds': must be from 0 to " +
                                 std::to_string(kGraceMax.count()) + ".");
  }
  const std::lock_guard changes(changes_);
  PINION_TRY(const auto after, CopyForChange(id));
  Secrets secrets{.current = with_.ids.NewAlphanumeric(kSecretLength)};
  after->sealed_previous_secret.clear();
  after->key.previous_secret_until.reset();
  if (grace.count() > 0) {
    secrets.previous = after->secrets.current;
    after->sealed_previous_secret = after->sealed_secret;
    after->key.previous_secret_until = with_.clock.Now() + grace;
  }
  after->secrets = std::move(secrets);
  after->sealed_secret = with_.box.Seal(after->secrets.current, SealedFor(id));
  PINION_CHECK(Replace(after));
  return CreatedAccessKey{after->key, after->secrets.current};
}

AuthResult<Credential> AccessKeyStore::Find(std::string_view access_key_id,
                                            std::string_view session_token) const {
  const std::shared_ptr<Entry> entry = Lookup(access_key_id);
  const base::Timestamp now = with_.clock.Now();
  // The same answer for all: who guesses ids learns nothing.
  if (entry == nullptr || entry->secrets.current.empty() || !entry->key.MayBeUsed(now)) {
    return AuthError{AuthFailure::kUnrecognizedClient,
                     "The access key id is not known here or may not be used."};
  }
  if (!session_token.empty()) {
    return AuthError{AuthFailure::kUnrecognizedClient,
                     "This access key takes no session token; a left-over AWS_SESSION_TOKEN may "
                     "have sent one."};
  }
  std::shared_ptr<const Secrets> secrets(entry, &entry->secrets);
  if (!secrets->previous.empty() && !(entry->key.previous_secret_until > now)) {
    secrets = std::make_shared<const Secrets>(Secrets{secrets->current});
  }
  return Credential{.secrets = std::move(secrets), .key = entry};
}

void AccessKeyStore::NoteUse(const KeyInUse& used) {
  const base::Timestamp minute = ToTheMinute(with_.clock.Now());
  if (used.key.last_used_at >= minute) {
    return;
  }
  const std::lock_guard changes(changes_);
  const std::shared_ptr<Entry> before = Lookup(used.key.id);
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
  batch.Put(StoreKey(entry.key.id),
            EncodeAccessKey({entry.key, entry.sealed_secret, entry.sealed_previous_secret}));
  PINION_CHECK(with_.store.Apply(batch));
  return {};
}

base::Result<std::shared_ptr<AccessKeyStore::Entry>> AccessKeyStore::CopyForChange(
    std::string_view id) const {
  const std::shared_ptr<Entry> before = Lookup(id);
  if (before == nullptr) {
    return NoSuchKey();
  }
  if (before->key.managed_by_config) {
    return base::InvalidArgument("The access key given by configuration cannot be changed.");
  }
  return std::make_shared<Entry>(*before);
}

base::Status AccessKeyStore::Replace(std::shared_ptr<Entry> entry) {
  PINION_CHECK(Write(*entry));
  const std::unique_lock lock(mutex_);
  entries_[entry->key.id] = std::move(entry);
  return {};
}

bool AccessKeyStore::HasAdministrator() const {
  const base::Timestamp now = with_.clock.Now();
  const std::shared_lock lock(mutex_);
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
    return entry.second->Administers(now);
  });
}

bool AccessKeyStore::HasName(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
    return entry.second->key.name == name;
  });
}

base::Status AccessKeyStore::CheckAdministratorLeft(const AccessKey& before,
                                                    const AccessKey* after) const {
  const base::Timestamp now = with_.clock.Now();
  const auto ends_sooner = [&] {
    return after->expires_at && (!before.expires_at || *after->expires_at < *before.expires_at);
  };
  const std::shared_lock lock(mutex_);
  const Entry& own = *entries_.find(before.id)->second;
  if (!own.Administers(now)) {
    return {};
  }
  if (after != nullptr && after->MayBeUsed(now) && !ends_sooner()) {
    const auto policies = PolicySet::Parse(after->policies);
    if (policies.ok() && policies->is_administrator()) {
      return {};
    }
  }
  const bool another = std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
    return entry.first != before.id && entry.second->Administers(now);
  });
  return another || (others_ != nullptr && others_->HasAdministrator()) ? base::Status()
                                                                        : LastAdministrator();
}

}  // namespace pinion::auth
