// In front of the edge where TLS is spoken beside plain HTTP: sends plain requests on to the TLS
// listener (API-96). Health stays reachable in clear, for probes. Thread-safe.
#pragma once

#include <span>
#include <string>

#include "http/handler.h"

namespace pinion::server {

class TlsRedirect final : public http::Handler {
 public:
  struct Options {
    std::string public_url = {};  // used when it is https://
    uint16_t tls_port = 443;      // otherwise the host of the request and this port
  };
  // `next` must outlive it.
  TlsRedirect(http::Handler& next, Options options);

  http::HeaderVerdict OnHeaders(const http::Request& head) override;
  void Handle(http::Request request, http::Responder responder) override;
  void HandleAll(std::span<http::PendingRequest> requests) override;
  http::Response MakeErrorResponse(int status,
                                   std::string_view message,
                                   const http::Request* request) override;

 private:
  http::Response RedirectOf(const http::Request& request);

  http::Handler& next_;
  const Options options_;
};

}  // namespace pinion::server
