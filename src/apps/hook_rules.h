// What makes a campaign hook acceptable (CMP-1001, CMP-1002), in application settings and in
// campaigns. Pure functions.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/settings.h"

namespace pinion::apps {

// No member set: no hook.
bool IsUnset(const model::CampaignHook& hook);

// kInvalidArgument for a hook without target and for a URL that is neither https nor http on a
// loopback host. `member` is its path for the message. An unset hook is fine.
base::Status CheckHook(const model::CampaignHook& hook, std::string_view member);

}  // namespace pinion::apps
