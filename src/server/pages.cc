#include "server/pages.h"

#include <string_view>

#include "api/error_reply.h"
#include "model/operation.h"

namespace pinion::server {

namespace {

http::Response JsonPage(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", "application/json");
  response.body = std::move(body);
  return response;
}

bool IsLoopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1" || address.starts_with("::ffff:127.");
}

http::Response MetricsText(const std::vector<MetricsSource>& sources) {
  http::Response response;
  response.headers.Add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  for (const MetricsSource& source : sources) {
    source(response.body);
  }
  return response;
}

http::Response ReadinessPage(const Health& health) {
  const Health::Report report = health.Judge();
  return JsonPage(report.ready() ? 200 : 503, report.ToJson());
}

// What policies call the metrics: pinion:Read on `metrics`.
constexpr model::OperationDescriptor kMetricsAsOperation = {
    .name = "GetMetrics", .method = "GET", .path = "/pinion/v1/metrics", .native = true};

// Who comes through a proxy on this machine is not from this machine.
bool IsFromHere(const http::Request& request) {
  return IsLoopback(request.peer_address) && !request.headers.Has("X-Forwarded-For") &&
         !request.headers.Has("Forwarded");
}

}  // namespace

base::Status AddPages(api::Edge& edge,
                      const Health& health,
                      const api::PageAccess& access,
                      const std::vector<MetricsSource>& metrics) {
  PINION_CHECK(edge.AddPage({.method = "GET",
                             .path = "/healthz",
                             .run = api::Run::kInline,
                             .log = api::Edge::PageLog::kSilent,
                             .handler = [](const http::Request&, api::CallFacts&) {
                               return JsonPage(200, R"({"Status":"ok"})");
                             }}));
  PINION_CHECK(edge.AddPage({.method = "GET",
                             .path = "/readyz",
                             .run = api::Run::kInline,
                             .log = api::Edge::PageLog::kSilent,
                             .handler = [&health](const http::Request&, api::CallFacts&) {
                               return ReadinessPage(health);
                             }}));
  return edge.AddPage(
      {.method = "GET",
       .path = "/metrics",
       .run = api::Run::kWorker,
       .log = api::Edge::PageLog::kLogged,
       .handler = [metrics, &access](const http::Request& request, api::CallFacts& facts) {
         if (!IsFromHere(request)) {
           if (const auto refusal = access.Refuse(request, facts, kMetricsAsOperation)) {
             return api::Render(*refusal, facts.request_id);
           }
         }
         return MetricsText(metrics);
       }});
}

void MetricsHandler::Handle(http::Request request, http::Responder responder) {
  if (request.method != "GET") {
    responder.Send(api::Render(api::MethodNotAllowed("GET"), ""));
  } else if (request.path == "/metrics") {
    responder.Send(MetricsText(metrics_));
  } else if (request.path == "/readyz") {
    responder.Send(ReadinessPage(health_));
  } else if (request.path == "/healthz") {
    responder.Send(JsonPage(200, R"({"Status":"ok"})"));
  } else {
    responder.Send(api::Render(api::NoSuchOperation(), ""));
  }
}

}  // namespace pinion::server
