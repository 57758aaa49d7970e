// Any bytes as a connection would feed them: heads and bodies one after the other, cut into small
// pieces.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "http/body_reader.h"
#include "http/request_head.h"

namespace pinion::http {
namespace {

constexpr size_t kBodyBytesMax = 4096;

// Removes one request from the front; false when there is none or it is refused.
bool TakeRequest(std::string_view& bytes, size_t step) {
  const HeadLimits limits{
      .request_line_bytes_max = 256, .headers_bytes_max = 1024, .headers_max = 20};
  HeadScanner scanner(limits);
  size_t seen = 0;
  while (!scanner.Scan(bytes.substr(0, seen))) {
    if (scanner.error().has_value() || seen >= bytes.size()) {
      return false;
    }
    seen += step;
  }
  RequestHead head;
  if (ParseRequestHead(bytes.substr(0, scanner.head_size()), limits, head).has_value()) {
    return false;
  }
  bytes.remove_prefix(scanner.head_size());
  if (head.framing == BodyFraming::kNone) {
    return true;
  }
  BodyReader reader(head, kBodyBytesMax);
  while (!reader.done()) {
    std::string_view piece = bytes.substr(0, step);
    const size_t offered = piece.size();
    reader.Read(piece);
    bytes.remove_prefix(offered - piece.size());
    PINION_ASSERT(head.request.body.size() <= kBodyBytesMax);
    if (reader.error().has_value() || offered == 0) {
      return false;
    }
  }
  return true;
}

}  // namespace
}  // namespace pinion::http

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const size_t step = size_t{1} + data[0] % 32;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  while (pinion::http::TakeRequest(bytes, step)) {
  }
  return 0;
}
