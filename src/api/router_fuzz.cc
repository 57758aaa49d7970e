#include <cstddef>
#include <cstdint>
#include <string_view>

#include "api/router.h"
#include "base/assert.h"
#include "base/utf8.h"
#include "model/operations.h"

namespace {

pinion::api::Router ModelRouter() {
  pinion::api::Router router;
  size_t route = 0;
  for (const auto* operation : pinion::model::kAllOperations) {
    PINION_ASSERT(router.Add(operation->method, operation->path, route++));
  }
  return router;
}

}  // namespace

// Whatever the path, parameters that are found are valid UTF-8.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  static const pinion::api::Router router = ModelRouter();
  const std::string_view path(reinterpret_cast<const char*>(bytes), size);
  for (const std::string_view method : {"GET", "POST", "PUT", "DELETE", "HEAD"}) {
    for (const std::string& parameter : router.Find(method, path).parameters) {
      PINION_ASSERT(pinion::base::IsValidUtf8(parameter));
    }
  }
  return 0;
}
