// Deserialize takes any bytes; what it accepts serialises to the same bytes.
#include <cstdlib>

#include "bitmap/bitmap.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto set = pinion::bitmap::Bitmap::Deserialize(bytes);
  if (set.ok() && set->Serialize() != bytes) {
    std::abort();
  }
  return 0;
}
