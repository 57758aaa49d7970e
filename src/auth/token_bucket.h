// A token bucket (AUTH-60): calls take a token each, tokens come back at a steady rate, and as many
// as the burst may be saved up. Thread-safe.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>

#include "auth/access_key.h"
#include "base/clock.h"

namespace pinion::auth {

class TokenBucket {
 public:
  // Full at first. Both numbers of `limit` are above zero.
  explicit TokenBucket(const RateLimit& limit) : limit_(limit), tokens_(limit.burst) {}

  // Nothing when the call may be made; else after how many whole seconds, at least one, it may be
  // tried again. `now` is the wall clock; time that goes back gives nothing.
  std::optional<std::chrono::seconds> Take(base::Timestamp now);
  // True when all tokens are back, so that a new bucket would be the same.
  bool IsFull(base::Timestamp now);

 private:
  void Refill(base::Timestamp now);

  const RateLimit limit_;
  std::mutex mutex_;
  double tokens_;
  std::optional<base::Timestamp> filled_at_;
};

}  // namespace pinion::auth
