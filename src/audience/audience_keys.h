// The keys of one application's endpoints in the store; storage/key_space.h lists their
// families. A value, safe to read from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audience/attribute_index.h"
#include "base/ids.h"

namespace pinion::audience {

class AudienceKeys {
 public:
  explicit AudienceKeys(const base::AppId& app);

  // → endpoint record
  std::string Endpoint(uint32_t ordinal) const;
  // `endpoint_key` as EndpointKey() makes it → ordinal
  std::string Ordinal(std::string_view endpoint_key) const;
  // → number below which ordinals may be in use
  const std::string& OrdinalLimit() const { return ordinal_limit_; }
  // → nothing
  std::string Blocked(AttributeKind kind, std::string_view pattern) const;

  // Prefixes of all keys of a family.
  const std::string& Endpoints() const { return endpoints_; }
  const std::string& Ordinals() const { return ordinals_; }
  const std::string& AllBlocked() const { return blocked_; }

 private:
  std::string endpoints_;
  std::string ordinals_;
  std::string ordinal_limit_;
  std::string blocked_;
};

std::string EncodeOrdinal(uint32_t ordinal);
// Nothing for damaged bytes.
std::optional<uint32_t> DecodeOrdinal(std::string_view bytes);

}  // namespace pinion::audience
