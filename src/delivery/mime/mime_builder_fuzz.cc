// Whatever text callers hand over: line ends are CRLF, the header section has one From and one To,
// and no Bcc gets out.
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "delivery/mime/mime_builder.h"
#include "delivery/mime/raw_message.h"

namespace {

using pinion::delivery::EmailContent;
using pinion::delivery::OutboundMessage;
using pinion::delivery::mime::EqualNames;

void CheckMessage(std::string_view built) {
  for (size_t i = 0; i < built.size(); ++i) {
    PINION_ASSERT(built[i] != '\n' || (i > 0 && built[i - 1] == '\r'));
    PINION_ASSERT(built[i] != '\r' || (i + 1 < built.size() && built[i + 1] == '\n'));
  }
  const auto parsed = pinion::delivery::mime::ParseRawMessage(built);
  PINION_ASSERT(parsed.ok());
  size_t to_count = 0;
  for (const auto& field : parsed->fields) {
    PINION_ASSERT(!EqualNames(field.name, "Bcc"));
    to_count += EqualNames(field.name, "To") ? 1 : 0;
  }
  PINION_ASSERT(to_count == 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  OutboundMessage message;
  message.id = pinion::base::MessageId("m1");
  message.address = "jo@example.com";
  message.email = EmailContent{};
  message.email->from = "Shop <news@shop.example>";
  if (data[0] % 2 == 0) {
    message.email->raw = text;
  } else {
    message.email->subject = text;
    message.email->headers = {{"X-Own", text}};
    message.email->text = text;
    message.email->html = text;
    message.trace_id = text;
  }
  const auto built = pinion::delivery::mime::BuildMessage(message);
  if (built.ok()) {
    CheckMessage(*built);
  }
  return 0;
}
