// Records of what the server does by itself rather than on a call (OPS-62): changed configuration,
// erasures. Pure.
#pragma once

#include <string>
#include <vector>

#include "audit/audit_log.h"
#include "base/clock.h"

namespace pinion::audit {

struct ServiceEvent {
  base::Timestamp at{};  // wall clock
  std::string event_id;
  std::string operation;
  std::string region;
  std::string account_id;
  std::vector<std::string> resources = {};  // ARNs
  std::string request_parameters;           // a JSON object
};

// Its principal is the server.
AuditRecord RecordOf(ServiceEvent event);

}  // namespace pinion::audit
