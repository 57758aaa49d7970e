// `pinion keys …`: access keys of a data directory while no server runs on it. Each returns the
// exit code.
#pragma once

#include <string>

#include "server/config.h"

namespace pinion::server {

int RunKeysList(const ConfigInput& input);
// Makes an Administrator key and prints its secret, once.
int RunKeysCreate(const ConfigInput& input, const std::string& name);

}  // namespace pinion::server
