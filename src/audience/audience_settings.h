// The settings of an application that decide how updates are applied (AUD-84). Stored by whoever
// offers them to callers and handed to AudienceService::Configure; valid for later writes only. A
// plain value.
#pragma once

#include <cstdint>
#include <optional>

namespace pinion::audience {

// On which channels an address belongs to one ACTIVE endpoint (AUD-42, AUD-43).
enum class AddressUniqueness : uint8_t { kPush, kAll, kNone };

inline constexpr uint32_t kEndpointsPerUserDefault = 15;

struct AudienceSettings {
  AddressUniqueness address_uniqueness = AddressUniqueness::kPush;
  uint32_t endpoints_per_user_max = kEndpointsPerUserDefault;
  // Rounds coordinates at storing; none: kept in full (AUD-7).
  std::optional<int> location_decimals = {};
};

}  // namespace pinion::audience
