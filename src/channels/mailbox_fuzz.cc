#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "channels/mailbox.h"

// A bare address that was read out of a mailbox is a mailbox itself, and the same one.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto mailbox = pinion::channels::ParseMailbox(text);
  if (mailbox) {
    const auto again = pinion::channels::ParseMailbox(mailbox->address);
    PINION_ASSERT(again && again->address == mailbox->address);
  }
  return 0;
}
