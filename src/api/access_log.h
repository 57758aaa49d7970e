// One line in the log for each request (OPS-9). Never a body, a signature or a token. Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "api/call.h"
#include "http/message.h"

namespace pinion::api {

struct AccessLine {
  const http::Request& request;
  const CallFacts& facts;
  int status = 0;
  const std::string& exception;  // "" on success
  size_t response_bytes = 0;
  std::chrono::microseconds took{};
};

void LogAccess(const AccessLine& line);

}  // namespace pinion::api
