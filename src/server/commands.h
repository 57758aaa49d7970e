// What the program does once the command line is read: one function per command, each returning the
// exit code.
#pragma once

#include "server/config.h"

namespace pinion::server {

// Until a signal; see server.h.
int RunServe(const ConfigInput& input);
int RunConfigCheck(const ConfigInput& input);
int RunConfigShow(const ConfigInput& input);
// Asks a running server; 0 when it is ready.
int RunHealth(const ConfigInput& input);
int RunVersion();

}  // namespace pinion::server
