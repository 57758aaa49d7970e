#include "server/sending_facts.h"

#include <array>

namespace pinion::server {

delivery::ChannelFactsSource ChannelFactsOf(const channels::ChannelService& channels) {
  return [&channels](const base::AppId& app) -> base::Result<delivery::ChannelFacts> {
    using State = delivery::ChannelFacts::State;
    delivery::ChannelFacts facts;
    // The channels that messages can be sent on so far.
    for (const channels::ChannelKind& kind : std::array{channels::kEmail, channels::kSms}) {
      PINION_TRY(const auto channel, channels.ForSending(app, kind));
      if (!channel) {
        continue;
      }
      facts.states[std::string(kind.platform)] =
          channel->enabled ? State::kEnabled : State::kDisabled;
      if (kind.family == channels::ChannelFamily::kEmail) {
        facts.email_from = channel->settings.from_address.value_or("");
      } else {
        facts.sms_sender_id = channel->settings.sender_id.value_or("");
        facts.sms_short_code = channel->settings.short_code.value_or("");
      }
    }
    return facts;
  };
}

delivery::RecipientGuard GuardOf(const audience::AudienceService& audience) {
  return [&audience](const base::AppId& app,
                     const std::string& endpoint_id) -> std::optional<std::string> {
    const auto endpoint = audience.Find(app, endpoint_id);
    if (!endpoint.ok()) {
      return endpoint.error().code == base::Errc::kNotFound ? std::optional("Endpoint not found")
                                                            : std::nullopt;
    }
    if (endpoint->status == audience::EndpointStatus::kInactive) {
      return "Endpoint is inactive";
    }
    if (endpoint->opt_out == audience::OptOut::kAll) {
      return "Endpoint opted out";
    }
    return std::nullopt;
  };
}

}  // namespace pinion::server
