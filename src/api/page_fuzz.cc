#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/page.h"
#include "base/assert.h"

// What opens is what was sealed, and its token is the one that was given.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const pinion::api::PageTokens tokens("key");
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  const auto opened = tokens.Open({"GetApps"}, text);
  if (opened.ok()) {
    const auto again = tokens.Open({"GetApps"}, tokens.Seal({"GetApps"}, *opened));
    PINION_ASSERT(again.ok() && *again == *opened);
  }
  if (size > 0 && size <= 256) {
    PINION_ASSERT(*tokens.Open({"GetApps"}, tokens.Seal({"GetApps"}, text)) == text);
  }
  (void)pinion::api::ReadPageSize(text);
  return 0;
}
