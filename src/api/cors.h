// Cross-origin headers of the API (API-95). Immutable after construction.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"

namespace pinion::api {

class Cors {
 public:
  // "*" among them lets every origin in.
  explicit Cors(std::vector<std::string> origins) : origins_(std::move(origins)) {}

  // The answer to a preflight; nothing when the request is none.
  std::optional<http::Response> Preflight(const http::Request& request) const;
  // Adds what a cross-origin caller needs to read the answer.
  void Decorate(const http::Request& request, http::Headers& headers) const;

 private:
  // The value of Access-Control-Allow-Origin, if the origin is let in.
  std::optional<std::string> Allowed(const http::Request& request) const;

  const std::vector<std::string> origins_;
};

}  // namespace pinion::api
