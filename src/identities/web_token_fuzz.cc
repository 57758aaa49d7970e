// Any text: no crash, and what is taken has the parts that are relied on.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "identities/web_key.h"
#include "identities/web_token.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto token = pinion::identities::ParseWebToken(text);
  if (token.ok()) {
    PINION_ASSERT(!token->subject.empty() && token->signed_text.size() < text.size());
  }
  (void)pinion::identities::ParseKeySet(text);
  return 0;
}
