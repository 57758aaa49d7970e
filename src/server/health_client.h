// Asks a server on this machine whether it is ready, for `pinion health`. Blocks for a few seconds
// at most.
#pragma once

#include <string>

#include "base/result.h"
#include "server/config.h"

namespace pinion::server {

struct ReadinessAnswer {
  int status = 0;
  std::string body;
};

// kUnavailable when nothing answers there.
base::Result<ReadinessAnswer> AskReadiness(const ListenAddress& address);

}  // namespace pinion::server
