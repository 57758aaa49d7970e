// How often each client address may call what needs no credentials (AUTH-60): a token bucket per
// address, or per whatever text names a caller, in bounded memory. Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "auth/token_bucket.h"
#include "base/clock.h"

namespace pinion::auth {

// AUTH-60: of every unauthenticated endpoint.
inline constexpr RateLimit kUnauthenticatedLimit{50, 200};
// AUTH-60: of each address and name that tries to log in, ten a minute.
inline constexpr RateLimit kLoginLimit{10.0 / 60, 10};

class AddressLimits {
 public:
  struct Options {
    RateLimit limit = kUnauthenticatedLimit;
    size_t callers_max = 16'384;
  };
  explicit AddressLimits(Options options) : options_(options) {}

  // As TokenBucket::Take, of this caller's bucket.
  std::optional<std::chrono::seconds> Take(std::string_view caller, base::Timestamp now);

 private:
  void MakeRoom(base::Timestamp now);

  const Options options_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::unique_ptr<TokenBucket>> buckets_;
};

}  // namespace pinion::auth
