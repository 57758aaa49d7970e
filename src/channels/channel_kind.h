// The ten kinds of channels that an application can configure, and what tells them apart.
// Constants.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace pinion::channels {

enum class ChannelFamily : uint8_t { kAdm, kApns, kBaidu, kEmail, kGcm, kSms, kVoice };

struct ChannelKind {
  std::string_view id;        // "apns_sandbox": in paths and answers, and in the store
  std::string_view platform;  // "APNS_SANDBOX"
  ChannelFamily family;
};

inline constexpr ChannelKind kAdm{"adm", "ADM", ChannelFamily::kAdm};
inline constexpr ChannelKind kApns{"apns", "APNS", ChannelFamily::kApns};
inline constexpr ChannelKind kApnsSandbox{"apns_sandbox", "APNS_SANDBOX", ChannelFamily::kApns};
inline constexpr ChannelKind kApnsVoip{"apns_voip", "APNS_VOIP", ChannelFamily::kApns};
inline constexpr ChannelKind kApnsVoipSandbox{
    "apns_voip_sandbox", "APNS_VOIP_SANDBOX", ChannelFamily::kApns};
inline constexpr ChannelKind kBaidu{"baidu", "BAIDU", ChannelFamily::kBaidu};
inline constexpr ChannelKind kEmail{"email", "EMAIL", ChannelFamily::kEmail};
inline constexpr ChannelKind kGcm{"gcm", "GCM", ChannelFamily::kGcm};
inline constexpr ChannelKind kSms{"sms", "SMS", ChannelFamily::kSms};
inline constexpr ChannelKind kVoice{"voice", "VOICE", ChannelFamily::kVoice};

// All ten, by platform name.
std::span<const ChannelKind> AllChannelKinds();
// The kind of a platform or channel type ("EMAIL"); nothing for those without settings (CUSTOM,
// IN_APP, PUSH).
std::optional<ChannelKind> ChannelKindOfPlatform(std::string_view platform);

}  // namespace pinion::channels
