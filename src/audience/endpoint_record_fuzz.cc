// Decoding takes any bytes; what an owning record was decoded from, encodes and decodes to the same
// record.
#include <cstdlib>
#include <string_view>

#include "audience/endpoint_record.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pinion::audience;  // NOLINT: short program
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  EndpointRecord record;
  EndpointRecordView view;
  if (Decode(bytes, record).ok() != Decode(bytes, view).ok()) {
    std::abort();
  }
  if (Decode(bytes, record).ok()) {
    EndpointRecord again;
    const std::string encoded = Encode(record);
    EndpointRecord twice;
    if (!Decode(encoded, again).ok() || !Decode(Encode(again), twice).ok() ||
        Encode(again) != Encode(twice)) {
      std::abort();
    }
  }
  return 0;
}
