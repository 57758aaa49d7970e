// `pinion users …`: the users of the console. Each returns the exit code, and prints the URL by
// which the user sets a password, once. See operator_work.h for where they work.
#pragma once

#include <string>
#include <vector>

#include "server/config.h"

namespace pinion::server {

struct UserToCreate {
  std::string name;
  std::string email;
  // As GivenText takes them.
  std::vector<std::string> policies;
};
int RunUsersCreate(const ConfigInput& input, const UserToCreate& user);

// The password is good no longer, and the user's sessions end.
int RunUsersResetPassword(const ConfigInput& input, const std::string& name);

}  // namespace pinion::server
