// `pinion backup`, `pinion restore`, `pinion verify` (OPS-12, OPS-13). Each returns the exit code.
#pragma once

#include <string>

#include "server/config.h"

namespace pinion::server {

// Asks the running server for a backup and waits until it is finished; without a running server
// the data directory is backed up directly.
int RunBackup(const ConfigInput& input, const std::string& folder);
// Into the configured data directory, which must be empty or absent.
int RunRestore(const ConfigInput& input, const std::string& folder);
// A folder of backups, or a data directory that no server has open.
int RunVerify(const std::string& path);

}  // namespace pinion::server
