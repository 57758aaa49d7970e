#include "audience/audience_keys.h"

#include <limits>

#include "storage/key.h"
#include "storage/record.h"

namespace pinion::audience {
namespace {

using storage::KeySpace;
using storage::KeyWriter;

std::string OfApplication(KeySpace space, const base::AppId& app) {
  return KeyWriter(space).Text(app.value()).Take();
}

// The part of a key that KeyWriter makes of a text, for keys whose beginning is at hand.
void AppendText(std::string& key, std::string_view text) {
  key.append(KeyWriter(KeySpace::kMeta).Text(text).key(), 1);
}

}  // namespace

AudienceKeys::AudienceKeys(const base::AppId& app)
    : endpoints_(OfApplication(KeySpace::kEndpoint, app)),
      ordinals_(OfApplication(KeySpace::kEndpointOrdinal, app)),
      ordinal_limit_(OfApplication(KeySpace::kOrdinalNext, app)),
      blocked_(OfApplication(KeySpace::kBlockedAttribute, app)) {}

std::string AudienceKeys::Endpoint(uint32_t ordinal) const {
  std::string key;
  key.reserve(endpoints_.size() + sizeof(ordinal));
  key.append(endpoints_);
  for (int shift = 24; shift >= 0; shift -= 8) {
    key.push_back(static_cast<char>((ordinal >> shift) & 0xFF));
  }
  return key;
}

std::string AudienceKeys::Ordinal(std::string_view endpoint_key) const {
  std::string key = ordinals_;
  AppendText(key, endpoint_key);
  return key;
}

std::string AudienceKeys::Blocked(AttributeKind kind, std::string_view pattern) const {
  std::string key = blocked_;
  key.push_back(static_cast<char>(kind));
  AppendText(key, pattern);
  return key;
}

std::string EncodeOrdinal(uint32_t ordinal) {
  std::string bytes;
  storage::AppendVarint(bytes, ordinal);
  return bytes;
}

std::optional<uint32_t> DecodeOrdinal(std::string_view bytes) {
  uint64_t number = 0;
  if (!storage::ConsumeVarint(bytes, number) || !bytes.empty() ||
      number > std::numeric_limits<uint32_t>::max()) {
    return std::nullopt;
  }
  return static_cast<uint32_t>(number);
}

}  // namespace pinion::audience
