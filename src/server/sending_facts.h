// What sending asks of other modules, read from their services.
#pragma once

#include "audience/audience_service.h"
#include "channels/channel_service.h"
#include "delivery/channel_facts.h"
#include "delivery/dispatcher.h"

namespace pinion::server {

// Both services must outlive what is returned.
delivery::ChannelFactsSource ChannelFactsOf(const channels::ChannelService& channels);
// Refuses endpoints that are gone, inactive or opted out (CMP-602).
delivery::RecipientGuard GuardOf(const audience::AudienceService& audience);

}  // namespace pinion::server
