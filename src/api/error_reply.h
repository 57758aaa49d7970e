// How failures look on the wire (API-20 to API-29): the one place that knows exception names and
// HTTP statuses. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace pinion::api {

struct ErrorReply {
  int status = 500;
  std::string exception;  // "NotFoundException"
  std::string message;
  std::optional<int> retry_after_seconds;
  std::string allow;  // 405 only
};

// A failure of an operation. The text of kInternal stays inside: the caller logs it under the
// request id.
ErrorReply ErrorReplyFor(const base::Error& error);

ErrorReply NoSuchOperation();
ErrorReply MethodNotAllowed(std::string allow);
ErrorReply NotBuilt(std::string_view operation);
ErrorReply Overloaded();
ErrorReply NotServing(std::string_view state);
// What the HTTP server refuses by itself.
ErrorReply ProtocolError(int status, std::string_view message);

// Status, error header, Retry-After, Allow and body; not the headers that every answer has.
http::Response Render(const ErrorReply& error, std::string_view request_id);

}  // namespace pinion::api
