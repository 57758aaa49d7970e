// The operations of Cognito Identity by which Amplify and the mobile SDKs get guest credentials
// (AUTH-50 to AUTH-57). No signature is needed; one that is there is not looked at.
#pragma once

#include "api/sibling_services.h"

namespace pinion::api {

http::Response GetCognitoId(SiblingCall& call);
http::Response GetCognitoCredentials(SiblingCall& call);
// GetOpenIdToken: Pinion signs no tokens for other services.
http::Response RefuseOpenIdToken(SiblingCall& call);

}  // namespace pinion::api
