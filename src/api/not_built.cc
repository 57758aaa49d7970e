#include "api/not_built.h"

namespace pinion::api {

std::span<const std::string_view> OperationsNotBuilt() {
  // All are built.
  return {};
}

}  // namespace pinion::api
