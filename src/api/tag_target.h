// Finds what an ARN in a request to tag something stands for (TAG-1, TAG-7). Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "api/services.h"
#include "base/result.h"
#include "base/tags.h"

namespace pinion::api {

struct TagTarget {
  base::TaggedResources& kind;
  std::string resource;  // "apps/x/campaigns/y"
};

// kInvalidArgument for what is no ARN of Pinpoint, or of something that has no tags. Whether the
// resource exists is found out when it is used.
base::Result<TagTarget> FindTagTarget(const TagDirectory& tags, std::string_view arn);

}  // namespace pinion::api
