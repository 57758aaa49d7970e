// An access key as it is stored and shown (AUTH-30), without its secret, and its binary form.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace pinion::auth {

// The built-in role that may do everything (AUTH-32).
inline constexpr std::string_view kAdministrator = "Administrator";

struct RateLimit {
  double requests_per_second = 0;
  double burst = 0;
};

struct AccessKey {
  enum class Status { kActive, kInactive };

  std::string id;
  // Unique among keys; `aws:username`.
  std::string name;
  Status status = Status::kActive;
  // Names of roles and policy documents.
  std::vector<std::string> policies;
  std::map<std::string, std::string> tags;
  std::optional<RateLimit> rate_limit;
  std::optional<base::Timestamp> expires_at;
  base::Timestamp created_at;
  // To the minute.
  std::optional<base::Timestamp> last_used_at;
  // After a rotation: how long the secret before is still good.
  std::optional<base::Timestamp> previous_secret_until;
  // Given by configuration: always Administrator, not changeable (AUTH-42).
  bool managed_by_config = false;

  bool IsAdministrator() const;
  // Active, and not past its end.
  bool MayBeUsed(base::Timestamp now) const;
};

// AUTH-30: 1-64 of [A-Za-z0-9_.@+=,-].
bool IsValidKeyName(std::string_view name);

struct StoredAccessKey {
  AccessKey key;
  std::string sealed_secret;
  // Empty when there is none.
  std::string sealed_previous_secret;
};
std::string EncodeAccessKey(const StoredAccessKey& stored);
// kInternal for damaged bytes. The id is not in the record but in its key in the store.
base::Result<StoredAccessKey> DecodeAccessKey(std::string_view id, std::string_view bytes);

}  // namespace pinion::auth
