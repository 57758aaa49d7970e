// Whatever a client sends as its signature is refused or accepted, but never leads astray. The
// input is split at line feeds: path, query, host, Authorization, then further headers as
// name:value.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "auth/sigv4_verifier.h"
#include "base/assert.h"

namespace {

class AnyKey final : public pinion::auth::CredentialSource {
 public:
  pinion::auth::AuthResult<pinion::auth::Credential> Find(std::string_view,
                                                          std::string_view) const override {
    static const auto secrets = std::make_shared<const pinion::auth::Secrets>(
        pinion::auth::Secrets{"a secret that nobody can know"});
    return pinion::auth::Credential{secrets};
  }
};

std::string_view TakeLine(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const AnyKey keys;
  static const pinion::auth::SigV4Verifier verifier(
      {.clock_skew = std::chrono::hours(24 * 365 * 1000)}, keys);
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string_view path = TakeLine(rest);
  const std::string_view query = TakeLine(rest);
  std::vector<pinion::auth::Header> headers = {{"host", TakeLine(rest)}};
  if (const std::string_view authorization = TakeLine(rest); !authorization.empty()) {
    headers.push_back({"authorization", authorization});
  }
  while (!rest.empty()) {
    const std::string_view line = TakeLine(rest);
    const size_t colon = line.find(':');
    if (colon != std::string_view::npos) {
      headers.push_back({line.substr(0, colon), line.substr(colon + 1)});
    }
  }
  const auto result = verifier.Verify(
      {.method = "GET", .path = path, .query = query, .headers = headers, .body = ""},
      pinion::base::TimestampFromMillis(1'795'432'500'000));
  PINION_ASSERT(!result.ok() && !result.error().message.empty());
  return 0;
}
