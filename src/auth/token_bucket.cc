#include "auth/token_bucket.h"

#include <algorithm>
#include <cmath>

namespace pinion::auth {

void TokenBucket::Refill(base::Timestamp now) {
  if (filled_at_ && now > *filled_at_) {
    const std::chrono::duration<double> passed = now - *filled_at_;
    tokens_ = std::min(limit_.burst, tokens_ + passed.count() * limit_.requests_per_second);
  }
  filled_at_ = filled_at_ ? std::max(*filled_at_, now) : now;
}

std::optional<std::chrono::seconds> TokenBucket::Take(base::Timestamp now) {
  constexpr double kLongestWait = 24 * 60 * 60;
  const std::lock_guard lock(mutex_);
  Refill(now);
  if (tokens_ >= 1) {
    tokens_ -= 1;
    return std::nullopt;
  }
  const double wait = std::ceil((1 - tokens_) / limit_.requests_per_second);
  return std::chrono::seconds(static_cast<int64_t>(std::clamp(wait, 1.0, kLongestWait)));
}

bool TokenBucket::IsFull(base::Timestamp now) {
  const std::lock_guard lock(mutex_);
  Refill(now);
  return tokens_ >= limit_.burst;
}

}  // namespace pinion::auth
