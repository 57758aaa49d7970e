#include "api/cors.h"

#include <algorithm>

namespace pinion::api {

namespace {

// Native operations and the console are for their own origin only.
bool IsShared(std::string_view path) {
  return path == "/" || path.starts_with("/v1/");
}

}  // namespace

std::optional<std::string> Cors::Allowed(const http::Request& request) const {
  const auto origin = request.headers.Find("Origin");
  if (!origin || !IsShared(request.path)) {
    return std::nullopt;
  }
  if (std::find(origins_.begin(), origins_.end(), "*") != origins_.end()) {
    return "*";
  }
  if (std::find(origins_.begin(), origins_.end(), *origin) != origins_.end()) {
    return std::string(*origin);
  }
  return std::nullopt;
}

std::optional<http::Response> Cors::Preflight(const http::Request& request) const {
  if (request.method != "OPTIONS" || !IsShared(request.path) || !request.headers.Has("Origin") ||
      !request.headers.Has("Access-Control-Request-Method")) {
    return std::nullopt;
  }
  http::Response response;
  response.status = 204;
  response.headers.Add("Vary", "Origin");
  if (const auto allowed = Allowed(request)) {
    response.headers.Add("Access-Control-Allow-Origin", *allowed);
    response.headers.Add("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, HEAD, OPTIONS");
    if (const auto wanted = request.headers.Find("Access-Control-Request-Headers")) {
      response.headers.Add("Access-Control-Allow-Headers", *wanted);
    }
    response.headers.Add("Access-Control-Max-Age", "86400");
  }
  return response;
}

void Cors::Decorate(const http::Request& request, http::Headers& headers) const {
  // The answer to a preflight has its own already, and browsers refuse two of them.
  if (headers.Has("Access-Control-Allow-Origin")) {
    return;
  }
  if (const auto allowed = Allowed(request)) {
    headers.Add("Access-Control-Allow-Origin", *allowed);
    headers.Add("Access-Control-Expose-Headers",
                "x-amzn-RequestId, x-amzn-ErrorType, x-pinion-ignored-members, Date, Retry-After");
    if (*allowed != "*") {
      headers.Add("Vary", "Origin");
    }
  }
}

}  // namespace pinion::api
