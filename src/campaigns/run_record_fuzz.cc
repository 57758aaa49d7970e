// Any bytes are refused or read; what was read is written and read again as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "campaigns/run_record.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto record = pinion::campaigns::DecodeRunRecord(bytes);
  if (record.ok()) {
    const auto again = pinion::campaigns::DecodeRunRecord(pinion::campaigns::Encode(*record));
    if (!again.ok() || !(*again == *record)) {
      std::abort();
    }
  }
  return 0;
}
