// Calls to URLs that others have chosen: webhooks, recommenders, key sets of login providers, data
// streams (OPS-60). GuardedClient makes them; tests use FakeOutboundClient. Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace pinion::http {

struct OutboundRequest {
  std::string method = "GET";
  std::string url;
  Headers headers = {};
  std::string body = {};
  // For all of it, from finding the address to the last byte of the answer.
  std::chrono::milliseconds timeout{15'000};
  size_t answer_bytes_max = size_t{6} * 1024 * 1024;
};

class OutboundClient {
 public:
  using Done = std::function<void(base::Result<Response>)>;

  virtual ~OutboundClient() = default;

  // What can be said about a URL before it is called: kInvalidArgument when it is none, or names an
  // address or a port that is not allowed. For settings, when they are stored.
  virtual base::Status CheckUrl(std::string_view url) const = 0;

  // Calls `done` exactly once, from any thread and possibly before it returns; it must be quick.
  // Any status of the other side is an answer; redirects are not followed. Failures:
  // kInvalidArgument as CheckUrl; kForbidden `Address not allowed` when the name leads to such an
  // address; kUnavailable when there is no whole answer in time, or too much is under way;
  // kPayloadTooLarge when the answer is longer than asked for.
  virtual void Send(OutboundRequest request, Done done) = 0;

  // Waits for the answer; for threads that may.
  base::Result<Response> SendAndWait(OutboundRequest request);
};

}  // namespace pinion::http
