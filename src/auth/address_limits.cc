#include "auth/address_limits.h"

namespace pinion::auth {

std::optional<std::chrono::seconds> AddressLimits::Take(std::string_view caller,
                                                        base::Timestamp now) {
  const std::lock_guard lock(mutex_);
  std::string name(caller);
  auto found = buckets_.find(name);
  if (found == buckets_.end()) {
    if (buckets_.size() >= options_.callers_max) {
      MakeRoom(now);
    }
    found = buckets_.emplace(std::move(name), std::make_unique<TokenBucket>(options_.limit)).first;
  }
  return found->second->Take(now);
}

// Full buckets are as good as none. When nobody's is full, so many call at once that forgetting all
// is kinder than refusing those who come new.
void AddressLimits::MakeRoom(base::Timestamp now) {
  std::erase_if(buckets_, [&](const auto& entry) { return entry.second->IsFull(now); });
  if (buckets_.size() >= options_.callers_max) {
    buckets_.clear();
  }
}

}  // namespace pinion::auth
