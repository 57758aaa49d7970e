#include "auth/access_key.h"

#include <algorithm>
#include <utility>

#include "storage/record.h"

namespace pinion::auth {
namespace {

constexpr size_t kNameMax = 64;

// Numbers on disk.
enum Field : uint32_t {
  kName = 1,
  kStatus = 2,
  kPolicy = 3,
  kTag = 4,
  kRequestsPerSecond = 5,
  kBurst = 6,
  kExpiresAt = 7,
  kCreatedAt = 8,
  kLastUsedAt = 9,
  kSealedSecret = 10,
  kSealedPreviousSecret = 11,
  kPreviousSecretUntil = 12,
};
enum TagField : uint32_t { kTagName = 1, kTagValue = 2 };

std::pair<std::string, std::string> DecodeTag(std::string_view bytes) {
  std::pair<std::string, std::string> tag;
  storage::RecordReader reader(bytes);
  while (reader.Next()) {
    if (reader.field() == kTagName) {
      tag.first = reader.Text();
    } else if (reader.field() == kTagValue) {
      tag.second = reader.Text();
    }
  }
  return tag;
}

RateLimit& LimitOf(AccessKey& key) {
  if (!key.rate_limit.has_value()) {
    key.rate_limit.emplace();
  }
  return *key.rate_limit;
}

}  // namespace

bool AccessKey::IsAdministrator() const {
  return std::find(policies.begin(), policies.end(), kAdministrator) != policies.end();
}

bool AccessKey::MayBeUsed(base::Timestamp now) const {
  return status == Status::kActive && (!expires_at.has_value() || now < *expires_at);
}

bool IsValidKeyName(std::string_view name) {
  return !name.empty() && name.size() <= kNameMax &&
         name.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
             "_.@+=,-") == std::string_view::npos;
}

std::string EncodeAccessKey(const StoredAccessKey& stored) {
  const AccessKey& key = stored.key;
  storage::RecordWriter writer;
  writer.Text(kName, key.name);
  writer.Uint(kStatus, key.status == AccessKey::Status::kActive ? 0 : 1);
  for (const std::string& policy : key.policies) {
    writer.Text(kPolicy, policy);
  }
  for (const auto& [name, value] : key.tags) {
    writer.Text(kTag, storage::RecordWriter().Text(kTagName, name).Text(kTagValue, value).Take());
  }
  if (key.rate_limit.has_value()) {
    writer.Double(kRequestsPerSecond, key.rate_limit->requests_per_second);
    writer.Double(kBurst, key.rate_limit->burst);
  }
  if (key.expires_at.has_value()) {
    writer.Time(kExpiresAt, *key.expires_at);
  }
  writer.Time(kCreatedAt, key.created_at);
  if (key.last_used_at.has_value()) {
    writer.Time(kLastUsedAt, *key.last_used_at);
  }
  writer.Text(kSealedSecret, stored.sealed_secret);
  if (key.previous_secret_until.has_value()) {
    writer.Text(kSealedPreviousSecret, stored.sealed_previous_secret);
    writer.Time(kPreviousSecretUntil, *key.previous_secret_until);
  }
  return writer.Take();
}

base::Result<StoredAccessKey> DecodeAccessKey(std::string_view id, std::string_view bytes) {
  StoredAccessKey stored;
  AccessKey& key = stored.key;
  key.id = id;
  storage::RecordReader reader(bytes);
  while (reader.Next()) {
    switch (reader.field()) {
      case kName:
        key.name = reader.Text();
        break;
      case kStatus:
        key.status = reader.Uint() == 0 ? AccessKey::Status::kActive : AccessKey::Status::kInactive;
        break;
      case kPolicy:
        key.policies.emplace_back(reader.Text());
        break;
      case kTag:
        key.tags.insert(DecodeTag(reader.Text()));
        break;
      case kRequestsPerSecond:
        LimitOf(key).requests_per_second = reader.Double();
        break;
      case kBurst:
        LimitOf(key).burst = reader.Double();
        break;
      case kExpiresAt:
        key.expires_at = reader.Time();
        break;
      case kCreatedAt:
        key.created_at = reader.Time();
        break;
      case kLastUsedAt:
        key.last_used_at = reader.Time();
        break;
      case kSealedSecret:
        stored.sealed_secret = reader.Text();
        break;
      case kSealedPreviousSecret:
        stored.sealed_previous_secret = reader.Text();
        break;
      case kPreviousSecretUntil:
        key.previous_secret_until = reader.Time();
        break;
      default:
        break;
    }
  }
  PINION_CHECK(reader.Finish("access key"));
  return stored;
}

}  // namespace pinion::auth
