#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "users/console_user.h"
#include "users/session_store.h"

// What can be read, whatever the bytes, is read the same after it was written.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto user = pinion::users::DecodeConsoleUser("ann", text); user.ok()) {
    const std::string written = EncodeConsoleUser(*user);
    const auto again = pinion::users::DecodeConsoleUser("ann", written);
    PINION_ASSERT(again.ok() && EncodeConsoleUser(*again) == written);
  }
  if (const auto session = pinion::users::DecodeConsoleSession(text); session.ok()) {
    const std::string written = EncodeConsoleSession(*session);
    const auto again = pinion::users::DecodeConsoleSession(written);
    PINION_ASSERT(again.ok() && EncodeConsoleSession(*again) == written);
  }
  return 0;
}
