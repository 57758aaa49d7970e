// The head of a request: finding its end in the bytes that arrive, parsing it, and deciding how the
// body is framed. Strict where leniency would let a proxy in front and this server see different
// requests (API-91). Pure; used by Connection, one scanner per request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace pinion::http {

struct HeadLimits {
  size_t request_line_bytes_max = size_t{16} * 1024;
  size_t headers_bytes_max = size_t{64} * 1024;
  size_t headers_max = 100;
};

// An answer that the server gives by itself. Nothing that follows such a request is read as a
// request.
struct RequestError {
  int status = 400;
  std::string message;
};

// Looks for the empty line that ends a head. Remembers how far it has looked, so that a head that
// comes in byte by byte is not looked at again and again.
class HeadScanner {
 public:
  explicit HeadScanner(const HeadLimits& limits) : limits_(limits) {}

  // `bytes` begins where it began on the last call. True when the head is complete; then
  // head_size() includes the empty line. An error when no continuation could make it a good head: a
  // bare LF, or over a limit.
  bool Scan(std::string_view bytes);
  size_t head_size() const { return line_start_; }
  const std::optional<RequestError>& error() const { return error_; }

 private:
  bool Fail(int status, std::string message);
  bool CheckSize(size_t size);

  HeadLimits limits_;
  size_t scanned_ = 0;
  size_t line_start_ = 0;
  size_t request_line_end_ = 0;  // just behind its CRLF; 0 until it was seen
  std::optional<RequestError> error_;
};

enum class BodyFraming : uint8_t { kNone, kLength, kChunked };
enum class BodyCoding : uint8_t { kIdentity, kGzip };

struct RequestHead {
  Request request;
  BodyFraming framing = BodyFraming::kNone;
  uint64_t content_length = 0;
  BodyCoding coding = BodyCoding::kIdentity;
  bool keep_alive = true;
  bool expects_continue = false;
};

// Parses a complete head, as HeadScanner found it. On an error `head.request` holds what was
// understood so far.
std::optional<RequestError> ParseRequestHead(std::string_view text,
                                             const HeadLimits& limits,
                                             RequestHead& head);

}  // namespace pinion::http
