#include "server/version.h"

namespace pinion::server {

// Both come from src/server/CMakeLists.txt.
std::string_view Version() {
  return PINION_VERSION;
}
std::string_view Commit() {
  return PINION_COMMIT;
}

}  // namespace pinion::server
