#include "api/access_log.h"

#include <array>
#include <charconv>
#include <concepts>
#include <string_view>

#include "base/log.h"

namespace pinion::api {

namespace {

// A number's digits, without memory of their own.
class Digits {
 public:
  explicit Digits(std::integral auto number)
      : end_(std::to_chars(text_.data(), text_.data() + text_.size(), number).ptr) {}
  Digits(const Digits&) = delete;
  Digits& operator=(const Digits&) = delete;

  std::string_view view() const { return {text_.data(), static_cast<size_t>(end_ - text_.data())}; }

 private:
  std::array<char, 20> text_;  // NOLINT: written before it is read
  const char* end_;
};

}  // namespace

void LogAccess(const AccessLine& line) {
  // A method is a token of HTTP; ids of requests, operations and addresses are of the server's own
  // making.
  constexpr auto kPlain = base::LogField::Text::kPlain;
  const Digits status(line.status);
  const Digits micros(line.took.count());
  const Digits bytes_in(line.request.BodyAsReceived().size());
  const Digits bytes_out(line.response_bytes);
  base::Log(base::LogLevel::kInfo,
            "access",
            line.exception.empty() ? "ok" : line.exception,
            {{"request_id", line.facts.request_id, kPlain},
             {"method", line.request.method, kPlain},
             {"operation", line.facts.operation, kPlain},
             {"status", status.view(), kPlain},
             {"micros", micros.view(), kPlain},
             {"bytes_in", bytes_in.view(), kPlain},
             {"bytes_out", bytes_out.view(), kPlain},
             {"key", line.facts.principal.access_key_id},
             {"client", line.facts.client_address}});
}

}  // namespace pinion::api
