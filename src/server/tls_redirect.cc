#include "server/tls_redirect.h"

#include <utility>
#include <vector>

namespace pinion::server {

namespace {

constexpr int kPermanentRedirect = 308;
constexpr uint16_t kHttpsPort = 443;

bool StaysInClear(const http::Request& request) {
  return request.tls || request.path == "/healthz" || request.path == "/readyz" ||
         request.path == "/metrics";
}

std::string WithoutPort(std::string_view host) {
  const size_t colon = host.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos;
  return std::string(host.substr(0, has_port ? colon : host.size()));
}

}  // namespace

TlsRedirect::TlsRedirect(http::Handler& next, Options options)
    : next_(next), options_(std::move(options)) {}

http::Response TlsRedirect::RedirectOf(const http::Request& request) {
  std::string location = options_.public_url;
  if (!location.starts_with("https://")) {
    location = "https://" + WithoutPort(request.headers.Find("Host").value_or("localhost"));
    if (options_.tls_port != kHttpsPort) {
      location += ":" + std::to_string(options_.tls_port);
    }
  }
  location += request.path;
  if (!request.query.empty()) {
    location += "?" + request.query;
  }
  http::Response response =
      next_.MakeErrorResponse(kPermanentRedirect, "This server is spoken to with TLS.", &request);
  response.headers.Add("Location", location);
  return response;
}

http::HeaderVerdict TlsRedirect::OnHeaders(const http::Request& head) {
  if (StaysInClear(head)) {
    return next_.OnHeaders(head);
  }
  http::HeaderVerdict verdict;
  verdict.refusal = RedirectOf(head);
  return verdict;
}

void TlsRedirect::Handle(http::Request request, http::Responder responder) {
  http::PendingRequest pending{std::move(request), std::move(responder)};
  HandleAll({&pending, 1});
}

void TlsRedirect::HandleAll(std::span<http::PendingRequest> requests) {
  std::vector<http::PendingRequest> passed;
  for (http::PendingRequest& pending : requests) {
    if (StaysInClear(pending.request)) {
      passed.push_back(std::move(pending));
    } else {
      pending.responder.Send(RedirectOf(pending.request));
    }
  }
  next_.HandleAll(passed);
}

http::Response TlsRedirect::MakeErrorResponse(int status,
                                              std::string_view message,
                                              const http::Request* request) {
  return next_.MakeErrorResponse(status, message, request);
}

}  // namespace pinion::server
