// Passwords as they are kept: Argon2id (OPS-43), each with a salt and the costs that it was made
// with, in the usual text form. A hash is meant to cost much, so only a few are worked at side by
// side, whoever asks; their memory is bounded thereby. Thread-safe; blocks for some 30 ms, never on
// I/O threads.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace pinion::users {

inline constexpr size_t kPasswordCharactersMin = 10;
inline constexpr size_t kPasswordBytesMax = 1024;
// kInvalidArgument naming `member` for a password that is too short or too long.
base::Status CheckPassword(std::string_view password, std::string_view member);

class PasswordHasher {
 public:
  struct Options {
    uint32_t memory_kib = 19 * 1024;
    uint32_t passes = 2;
    size_t parallel_max = 2;
    // How many may wait for their turn; more are refused.
    size_t waiting_max = 8;
  };
  // `random` must outlive this.
  PasswordHasher(Options options, base::RandomSource& random);

  // kTooManyRequests when too many are waiting.
  base::Result<std::string> Hash(std::string_view password);
  // Whether the hash is of this password. "" is of none, and costs the same to find out. Fails as
  // Hash.
  base::Result<bool> Verify(const std::string& hash, std::string_view password);

 private:
  class Turn;

  base::Result<std::string> Compute(std::string_view password);

  const Options options_;
  base::RandomSource& random_;
  std::mutex mutex_;
  std::condition_variable turn_ended_;
  size_t working_ = 0;  // guarded by mutex_
  size_t waiting_ = 0;  // guarded by mutex_
  // Of a password that nobody knows.
  const std::string nobodys_;
};

}  // namespace pinion::users
