#include "channels/channel_kind.h"

namespace pinion::channels {

namespace {

constexpr ChannelKind kAll[] = {
    kAdm, kApns, kApnsSandbox, kApnsVoip, kApnsVoipSandbox, kBaidu, kEmail, kGcm, kSms, kVoice};

}  // namespace

std::span<const ChannelKind> AllChannelKinds() {
  return kAll;
}

std::optional<ChannelKind> ChannelKindOfPlatform(std::string_view platform) {
  for (const ChannelKind& kind : kAll) {
    if (kind.platform == platform) {
      return kind;
    }
  }
  return std::nullopt;
}

}  // namespace pinion::channels
