// What the server asks of the layer above: judge a head, answer a request, word an error. Called on
// the server's io threads, by several at once; a call must not block. Implemented by api/.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "http/message.h"
#include "http/responder.h"

namespace pinion::http {

struct HeaderVerdict {
  // The limit for this request's body; ConnectionLimits::body_bytes_max when absent.
  std::optional<size_t> body_bytes_max;
  // Answered at once, and the body is thrown away. A client that waits with `Expect: 100-continue`
  // never sends it.
  std::optional<Response> refusal;
};

class Handler {
 public:
  virtual ~Handler() = default;

  // Called for requests with a body, before it is read.
  virtual HeaderVerdict OnHeaders(const Request& head);

  virtual void Handle(Request request, Responder responder) = 0;

  // The answer to what the server refuses by itself (400, 408, 413, 414, 417, 431, 505) and to a
  // dropped Responder (500). `request` is as much of the head as was understood, or nothing; its
  // body is not complete.
  virtual Response MakeErrorResponse(int status, std::string_view message, const Request* request);
};

}  // namespace pinion::http
