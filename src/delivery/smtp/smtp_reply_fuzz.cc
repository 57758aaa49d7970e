// Replies cut at any place must be the same as replies read at once.
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "delivery/smtp/smtp_capabilities.h"
#include "delivery/smtp/smtp_reply.h"

namespace {

using pinion::delivery::smtp::Reply;
using pinion::delivery::smtp::ReplyParser;

// All replies up to the first error, read in pieces of `step` bytes.
std::vector<std::string> ReadAll(std::string_view bytes, size_t step) {
  std::vector<std::string> replies;
  ReplyParser parser;
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, step);
    bytes.remove_prefix(piece.size());
    parser.Feed(piece);
    while (true) {
      const auto next = parser.Next();
      if (!next.ok()) {
        return replies;
      }
      if (!next->has_value()) {
        break;
      }
      PINION_ASSERT((*next)->code >= 200 && (*next)->code <= 599);
      pinion::delivery::smtp::ParseCapabilities(**next);
      replies.push_back((*next)->OneLine());
    }
  }
  return replies;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  PINION_ASSERT(ReadAll(bytes, 1) == ReadAll(bytes, size + 1));
  return 0;
}
