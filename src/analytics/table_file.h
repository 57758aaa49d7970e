// The file that the analytics tables live in. It can be built anew from the event log at any time,
// so one that cannot be read is put aside, not mended.
#pragma once

#include <memory>
#include <string>

#include "analytics/duckdb_database.h"
#include "analytics/sql_database.h"
#include "base/result.h"

namespace pinion::analytics {

// `path`: as in OpenDuckDb. A file that cannot be opened is renamed to `path`.damaged, in place of
// an earlier one, and a new one is made. kUnavailable when that fails, too.
base::Result<std::unique_ptr<SqlDatabase>> OpenTableFile(const std::string& path,
                                                         const DuckDbOptions& options = {});

}  // namespace pinion::analytics
