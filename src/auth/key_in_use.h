// A key as a call finds it. Does not change: a change of the key makes another one, which the next
// call finds.
#pragma once

#include <memory>

#include "auth/access_key.h"
#include "auth/policy_set.h"
#include "auth/token_bucket.h"

namespace pinion::auth {

struct KeyInUse {
  AccessKey key;
  std::shared_ptr<const PolicySet> policies;
  // Null without a limit.
  std::shared_ptr<TokenBucket> limit;
};
using KeyPtr = std::shared_ptr<const KeyInUse>;

}  // namespace pinion::auth
