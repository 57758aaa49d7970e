// What was built. Constants.
#pragma once

#include <string_view>

namespace pinion::server {

std::string_view Version();
// The commit it was built from; "unknown" outside a repository.
std::string_view Commit();

}  // namespace pinion::server
