// The one operation of the Security Token Service that tools ask to try credentials (AUTH-58).
#pragma once

#include "api/sibling_services.h"

namespace pinion::api {

// Needs a valid signature, and no permission.
http::Response GetCallerIdentity(SiblingCall& call);

}  // namespace pinion::api
