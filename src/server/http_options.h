// The HTTP server's options out of the configuration. Pure.
#pragma once

#include "http/options.h"
#include "server/config.h"

namespace pinion::server {

http::ServerOptions HttpOptionsOf(const Config& config);

}  // namespace pinion::server
