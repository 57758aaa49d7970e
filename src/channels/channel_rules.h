// What an update of a channel must satisfy beyond the model (CHN-10), and what follows from
// settings and credentials (CHN-9). Pure functions.
#pragma once

#include <string>

#include "base/result.h"
#include "channels/channel_kind.h"
#include "model/channels.h"

namespace pinion::channels {

// kInvalidArgument names the member.
base::Status CheckUpdate(const ChannelKind& kind, const model::ChannelUpdate& update);

bool HasTokenKey(const model::ChannelCredentials& credentials);
bool HasAnyCredential(const model::ChannelCredentials& credentials);

// The method that was set, or the one that the stored credentials suggest. For the APNs family and
// GCM.
std::string AuthenticationMethod(const ChannelKind& kind,
                                 const model::ChannelSettings& settings,
                                 const model::ChannelCredentials& credentials);

}  // namespace pinion::channels
