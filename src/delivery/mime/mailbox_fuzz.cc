// What parses must survive being written and parsed again, and must never carry a line end into a
// command.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "delivery/mime/mailbox.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto list = pinion::delivery::mime::ParseMailboxList(text); list.ok()) {
    for (const std::string& one : *list) {
      PINION_ASSERT(pinion::delivery::mime::ParseMailbox(one).ok());
    }
  }
  const auto mailbox = pinion::delivery::mime::ParseMailbox(text);
  if (!mailbox.ok()) {
    return 0;
  }
  const std::string address = mailbox->Address();
  PINION_ASSERT(address.find_first_of("\r\n") == std::string::npos);
  const auto again = pinion::delivery::mime::ParseBareAddress(address);
  PINION_ASSERT(again.ok());
  PINION_ASSERT(again->local_part == mailbox->local_part && again->domain == mailbox->domain);
  return 0;
}
