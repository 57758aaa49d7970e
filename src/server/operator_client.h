// Calls the server that runs on this data directory, for commands of its operator: with the
// configured key, unless the server asks for none.
#pragma once

#include <string>

#include "base/result.h"
#include "server/config.h"
#include "server/local_client.h"

namespace pinion::server {

// The body of the answer. kInvalidArgument when a key is needed and none is configured,
// kUnavailable when nothing answers and for any answer that is no success.
base::Result<std::string> AskAsOperator(const Config& config, LocalRequest request);

}  // namespace pinion::server
