// Decoding of paths and queries: no input may crash, and what decodes must survive being encoded
// again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "http/url.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace http = pinion::http;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::string_view segment : http::SplitPath(text)) {
    const auto decoded = http::DecodePathSegment(segment);
    if (decoded.ok()) {
      const auto again = http::DecodePathSegment(http::PercentEncode(*decoded));
      PINION_ASSERT(again.ok() && *again == *decoded);
    }
  }
  const auto parameters = http::ParseQuery(text);
  PINION_ASSERT(!parameters.ok() || parameters->size() <= size);
  return 0;
}
