// Public keys of login providers, as JSON Web Keys (RFC 7517), and the two kinds of signature that
// are taken: RS256 and ES256 (AUTH-57). Pure; keys are shared between threads.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/identity_pools.h"

namespace pinion::identities {

class WebKey {
 public:
  // Nothing for a key of another kind, of another use than signatures, or too weak.
  static std::optional<WebKey> From(const model::WebKey& key);

  // The id by which tokens name it; may be empty.
  const std::string& id() const { return id_; }
  // `algorithm` as the head of a token names it. False for one that is not of this key.
  bool Verify(std::string_view algorithm,
              std::string_view signed_text,
              std::string_view signature) const;

 private:
  enum class Kind { kRsa, kP256 };

  WebKey(std::string id, Kind kind, std::shared_ptr<void> key)
      : id_(std::move(id)), kind_(kind), key_(std::move(key)) {}

  std::string id_;
  Kind kind_;
  std::shared_ptr<void> key_;  // EVP_PKEY
};

inline constexpr size_t kWebKeysMax = 100;

// The usable keys of a key set document. kInvalidArgument when it is none, or holds more than
// kWebKeysMax.
base::Result<std::vector<WebKey>> ParseKeySet(std::string_view json);

}  // namespace pinion::identities
