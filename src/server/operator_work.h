// What commands on keys and users have in common: while a server runs on the data it is asked, with
// the key of --access-key and --secret-key; else the directory is opened.
#pragma once

#include <functional>
#include <string>

#include "auth/access_key_store.h"
#include "base/result.h"
#include "server/config.h"
#include "users/console_access.h"

namespace pinion::server {

struct OperatorWork {
  // Durable when the command ends.
  std::function<base::Status(auth::AccessKeyStore&, users::ConsoleAccess&)> on_data;
  std::function<base::Status(const Config&)> on_server;
};
// The exit code.
int RunOperatorWork(const ConfigInput& input, const OperatorWork& work);

// What a command line gives in place, or in the file of `file:PATH`. kInvalidArgument when the file
// cannot be read.
base::Result<std::string> GivenText(const std::string& given);

}  // namespace pinion::server
