#include "http/handler.h"

#include <string>
#include <utility>

namespace pinion::http {

HeaderVerdict Handler::OnHeaders(const Request& /*head*/) {
  return {};
}

void Handler::HandleAll(std::span<PendingRequest> requests) {
  for (PendingRequest& pending : requests) {
    Handle(std::move(pending.request), std::move(pending.responder));
  }
}

Response Handler::MakeErrorResponse(int status,
                                    std::string_view message,
                                    const Request* /*request*/) {
  Response response;
  response.status = status;
  response.headers.Add("Content-Type", "text/plain; charset=utf-8");
  response.body = std::string(message) + "\n";
  return response;
}

}  // namespace pinion::http
