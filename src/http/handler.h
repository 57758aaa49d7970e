// What the server asks of the layer above: judge a head, answer a request, word an error. Called on
// the server's io threads, by several at once; a call must not block. Implemented by api/.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
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

struct PendingRequest {
  Request request;
  Responder responder;
};

class Handler {
 public:
  virtual ~Handler() = default;

  // Called for requests with a body, before it is read.
  virtual HeaderVerdict OnHeaders(const Request& head);

  virtual void Handle(Request request, Responder responder) = 0;

  // Requests that were there at the same time, those of one connection in their order; what they
  // hold may be moved from. A handler with several steps takes all of them through one step before
  // the next: the code of one step fits into the processor's nearest cache, that of all steps does
  // not, and fetching it anew for every request takes longer than running it. Here: one by one.
  virtual void HandleAll(std::span<PendingRequest> requests);

  // The answer to what the server refuses by itself (400, 408, 413, 414, 417, 431, 505) and to a
  // dropped Responder (500). `request` is as much of the head as was understood, or nothing; its
  // body is not complete.
  virtual Response MakeErrorResponse(int status, std::string_view message, const Request* request);
};

}  // namespace pinion::http
