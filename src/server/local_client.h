// Calls a server on this machine, for commands of the same program: `pinion health`, `pinion
// backup`. Over TLS where a certificate is configured, which is then the only one that is trusted.
// Blocks for a few seconds at most.
#pragma once

#include <string>

#include "base/result.h"
#include "http/message.h"
#include "server/config.h"

namespace pinion::server {

struct LocalRequest {
  std::string method = "GET";
  std::string path;
  std::string query = {};
  http::Headers headers = {};  // beside Host, Connection and Content-Length
  std::string body = {};
};

struct LocalAnswer {
  int status = 0;
  std::string body;
};

// What the request's Host says.
inline constexpr char kLocalHost[] = "localhost";

// kUnavailable when nothing answers there, or another than the configured server;
// kInvalidArgument when its certificate cannot be read.
base::Result<LocalAnswer> AskServer(const Config& config, const LocalRequest& request);

}  // namespace pinion::server
