// Version 2 of the SMS and voice service (CHN-137). Policies know the origination identity:
// phone-number/{number} or sender-id/{id}, its ARN where the caller gives one, else everything.
#pragma once

#include "api/sibling_services.h"

namespace pinion::api {

http::Response SendTextMessage(SiblingCall& call);
// Says that the channel is not there: nothing calls anybody yet.
http::Response SendVoiceMessage(SiblingCall& call);

}  // namespace pinion::api
