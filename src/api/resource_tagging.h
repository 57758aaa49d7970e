// The Resource Groups Tagging API (TAG-9): resources found by their tags, and tags of several
// resources changed at once. Everybody who may ask for resources sees all (AUTH-41); a change needs
// mobiletargeting:TagResource or UntagResource on each resource as well.
#pragma once

#include "api/sibling_services.h"

namespace pinion::api {

http::Response GetTaggedResources(SiblingCall& call);
http::Response TagResources(SiblingCall& call);
http::Response UntagResources(SiblingCall& call);
http::Response GetTagKeys(SiblingCall& call);
http::Response GetTagValues(SiblingCall& call);

}  // namespace pinion::api
