#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/session_guard.h"
#include "base/assert.h"

// A token is a part of the header, and is found again where it stands alone.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using pinion::api::SessionGuard;
  pinion::http::Request request;
  request.headers.Add("Cookie", {reinterpret_cast<const char*>(bytes), size});
  const std::string token(SessionGuard::TokenOf(request));
  PINION_ASSERT(token.find(';') == std::string::npos);
  pinion::http::Request again;
  again.headers.Add("Cookie", "pinion_session=" + token);
  PINION_ASSERT(SessionGuard::TokenOf(again) == token);
  return 0;
}
