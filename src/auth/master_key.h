// The key that seals all other keys (OPS-61): given by configuration, or in the file `master.key`
// that is made at the first start. It is never in the store, nor in a backup.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace pinion::auth {

inline constexpr size_t kMasterKeyBytes = 32;

class MasterKey {
 public:
  // 32 bytes in base64; kInvalidArgument for anything else.
  static base::Result<MasterKey> FromBase64(std::string_view text);
  // Reads the file, and makes it (mode 0600) if there is none. kInvalidArgument if it does not hold
  // a key, kUnavailable if it cannot be read or written.
  static base::Result<MasterKey> FromFile(const std::string& path, base::RandomSource& random);
  static MasterKey New(base::RandomSource& random);

  // Mode 0600, durable when it returns; the file has either what it had or the whole key. Fails as
  // FromFile.
  base::Status WriteTo(const std::string& path) const;

  const std::string& bytes() const { return bytes_; }

 private:
  explicit MasterKey(std::string bytes) : bytes_(std::move(bytes)) {}

  std::string bytes_;
};

}  // namespace pinion::auth
