#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "eventlog/event_record.h"

// Whatever decodes must come out the same when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pinion;
  const auto event = eventlog::DecodeEvent({reinterpret_cast<const char*>(data), size});
  if (event.ok()) {
    const std::string bytes = eventlog::EncodeEvent(*event);
    const auto again = eventlog::DecodeEvent(bytes);
    PINION_ASSERT(again.ok());
    PINION_ASSERT(eventlog::EncodeEvent(*again) == bytes);
  }
  return 0;
}
