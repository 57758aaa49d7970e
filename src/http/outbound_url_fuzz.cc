// Any text: no crash, and what is taken reads back the same from its plain form.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "http/outbound_url.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto url = pinion::http::ParseOutboundUrl(text);
  if (url.ok() && url->ToText().size() <= pinion::http::kOutboundUrlBytesMax) {
    const auto again = pinion::http::ParseOutboundUrl(url->ToText());
    PINION_ASSERT(again.ok() && again->host == url->host && again->port == url->port &&
                  again->target == url->target);
  }
  return 0;
}
