// Records in the audit log what the operator has changed in the configuration since the last start
// (OPS-62). Secrets are masked in both.
#pragma once

#include <string>
#include <vector>

#include "audit/audit_log.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "server/config.h"
#include "storage/key_value_store.h"

namespace pinion::server {

struct ConfigurationRecordParts {
  storage::KeyValueStore& store;
  audit::AuditLog& log;
  base::IdGenerator& ids;
  const base::Clock& wall_clock;
  std::string region;
  std::string account_id;
};

// Compares with what the store remembers, and remembers `entries`. The first start is recorded as a
// change from the defaults.
base::Status RecordConfiguration(const ConfigurationRecordParts& parts,
                                 const std::vector<ConfigEntry>& entries);

}  // namespace pinion::server
