#include "api/privacy_downloads.h"

#include <string>
#include <utility>

#include "api/error_reply.h"
#include "http/url.h"

namespace pinion::api {
namespace {

std::string TokenOf(const http::Request& request) {
  const auto query = http::ParseQuery(request.query);
  if (query.ok()) {
    for (const http::QueryParameter& parameter : *query) {
      if (parameter.name == "token") {
        return parameter.value;
      }
    }
  }
  return "";
}

http::Response Download(const Services& services,
                        const http::Request& request,
                        const CallFacts& facts) {
  auto download = services.privacy.Open(TokenOf(request));
  if (!download.ok()) {
    return Render(ErrorReplyFor(download.error()), facts.request_id);
  }
  http::Response response;
  response.headers.Add("Content-Type", "application/json");
  response.headers.Add("Content-Disposition",
                       "attachment; filename=\"" + download->file_name + "\"");
  response.headers.Add("Cache-Control", "no-store");
  response.headers.Add("X-Content-Type-Options", "nosniff");
  response.body = std::move(download->json);
  return response;
}

}  // namespace

base::Status AddPrivacyDownloads(Edge& edge, const Services& services) {
  return edge.AddPage({.method = "GET",
                       .path = "/downloads/privacy",
                       .run = Run::kWorker,
                       .handler = [&services](const http::Request& request, CallFacts& facts) {
                         facts.operation = "DownloadPrivacyExport";
                         return Download(services, request, facts);
                       }});
}

}  // namespace pinion::api
