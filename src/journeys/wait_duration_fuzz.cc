// Any text is refused or read as a duration within the bounds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "journeys/wait_duration.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = pinion::journeys::ParseWaitDuration(text);
  if (parsed && (parsed->count() < 0 || *parsed > std::chrono::days(366'000))) {
    std::abort();
  }
  return 0;
}
