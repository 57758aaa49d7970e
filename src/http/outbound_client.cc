#include "http/outbound_client.h"

#include <future>
#include <memory>
#include <utility>

namespace pinion::http {

base::Result<Response> OutboundClient::SendAndWait(OutboundRequest request) {
  // Shared: `done` may return only after the waiting thread has gone on.
  const auto answer = std::make_shared<std::promise<base::Result<Response>>>();
  auto future = answer->get_future();
  Send(std::move(request),
       [answer](base::Result<Response> result) { answer->set_value(std::move(result)); });
  return future.get();
}

}  // namespace pinion::http
