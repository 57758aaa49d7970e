// SendEmail of SES v2, and of Pinpoint Email, which has the same form (CHN-136). Policies know the
// sender as SES does: identity/{address} and identity/{domain}.
#pragma once

#include "api/sibling_services.h"

namespace pinion::api {

http::Response SendSesEmail(SiblingCall& call);

}  // namespace pinion::api
