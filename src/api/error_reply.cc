#include "api/error_reply.h"

#include <utility>

#include "base/json_text.h"

namespace pinion::api {

namespace {

constexpr std::string_view kInternalError = "InternalServerErrorException";

struct Mapping {
  int status;
  std::string_view exception;
  std::optional<int> retry_after_seconds;
};

Mapping MappingOf(base::Errc code) {
  switch (code) {
    case base::Errc::kInvalidArgument:
      return {400, "BadRequestException", {}};
    case base::Errc::kUnauthenticated:
      return {403, "UnrecognizedClientException", {}};
    case base::Errc::kForbidden:
      return {403, "ForbiddenException", {}};
    case base::Errc::kNotFound:
      return {404, "NotFoundException", {}};
    case base::Errc::kConflict:
      return {409, "ConflictException", {}};
    case base::Errc::kPayloadTooLarge:
      return {413, "PayloadTooLargeException", {}};
    case base::Errc::kTooManyRequests:
      return {429, "TooManyRequestsException", 1};
    case base::Errc::kUnavailable:
      return {500, kInternalError, 1};
    case base::Errc::kNotImplemented:
      return {501, kInternalError, {}};
    case base::Errc::kInternal:
      break;
  }
  return {500, kInternalError, {}};
}

ErrorReply MakeReply(base::Errc code, std::string message) {
  const Mapping mapping = MappingOf(code);
  return {mapping.status,
          std::string(mapping.exception),
          std::move(message),
          mapping.retry_after_seconds,
          {}};
}

}  // namespace

ErrorReply ErrorReplyFor(const base::Error& error) {
  return MakeReply(error.code,
                   error.code == base::Errc::kInternal ? "Internal server error" : error.message);
}

ErrorReply NoSuchOperation() {
  return MakeReply(base::Errc::kNotFound, "There is no operation at this path.");
}

ErrorReply MethodNotAllowed(std::string allow) {
  ErrorReply reply{
      405, "MethodNotAllowedException", "This path takes the methods " + allow + ".", {}, {}};
  reply.allow = std::move(allow);
  return reply;
}

ErrorReply NotBuilt(std::string_view operation) {
  return MakeReply(base::Errc::kNotImplemented,
                   "Operation " + std::string(operation) + " is not built yet.");
}

ErrorReply Overloaded() {
  return MakeReply(base::Errc::kTooManyRequests, "The server has too much to do; try again soon.");
}

ErrorReply NotServing(std::string_view state) {
  return MakeReply(base::Errc::kUnavailable, "The server is " + std::string(state) + ".");
}

ErrorReply ProtocolError(int status, std::string_view message) {
  if (status == 413) {
    return MakeReply(base::Errc::kPayloadTooLarge, std::string(message));
  }
  if (status >= 500 && status != 505) {
    return MakeReply(base::Errc::kInternal, "Internal server error");
  }
  ErrorReply reply = MakeReply(base::Errc::kInvalidArgument, std::string(message));
  reply.status = status;
  return reply;
}

http::Response Render(const ErrorReply& error, std::string_view request_id) {
  http::Response response;
  response.status = error.status;
  response.headers.Add("Content-Type", "application/json");
  response.headers.Add("x-amzn-ErrorType", error.exception);
  if (error.retry_after_seconds) {
    response.headers.Add("Retry-After", std::to_string(*error.retry_after_seconds));
  }
  if (!error.allow.empty()) {
    response.headers.Add("Allow", error.allow);
  }
  base::JsonWriter json;
  json.BeginObject();
  json.Key("__type").String(error.exception);
  json.Key("Message").String(error.message);
  json.Key("RequestID").String(request_id);
  json.EndObject();
  response.body = json.Take();
  return response;
}

}  // namespace pinion::api
