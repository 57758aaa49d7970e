#include "api/access_log.h"

#include <string>

#include "base/log.h"

namespace pinion::api {

void LogAccess(const AccessLine& line) {
  base::Log(base::LogLevel::kInfo,
            "access",
            line.exception.empty() ? "ok" : line.exception,
            {{"request_id", line.facts.request_id},
             {"method", line.request.method},
             {"operation", line.facts.operation},
             {"status", std::to_string(line.status)},
             {"micros", std::to_string(line.took.count())},
             {"bytes_in", std::to_string(line.request.BodyAsReceived().size())},
             {"bytes_out", std::to_string(line.response_bytes)},
             {"key", line.facts.principal.access_key_id},
             {"client", line.facts.client_address}});
}

}  // namespace pinion::api
