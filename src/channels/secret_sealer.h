// Keeps credentials unreadable in the store (OPS-61). The channels own this interface; server/
// plugs in the secret box. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace pinion::channels {

class SecretSealer {
 public:
  virtual ~SecretSealer() = default;
  // `context` says what the secret belongs to; it opens with the same context only.
  virtual base::Result<std::string> Seal(std::string_view plain, std::string_view context) = 0;
  // kUnavailable or kInternal when the key is not the one it was sealed with, or the text was
  // altered.
  virtual base::Result<std::string> Open(std::string_view sealed,
                                         std::string_view context) const = 0;
};

}  // namespace pinion::channels
