// DuckDB within the process, in one file or in memory. Everything of its C interface stays in
// duckdb_database.cc.
#pragma once

#include <memory>
#include <string>

#include "analytics/sql_database.h"
#include "base/result.h"

namespace pinion::analytics {

struct DuckDbOptions {
  // Of one statement's work; more goes to a temporary file beside the database.
  std::string memory_limit = "1GB";
  // Threads that work on one statement, the caller's included.
  uint32_t threads = 2;
};

// `path`: the file, made if absent; "" is in memory. kUnavailable when it cannot be opened, with
// DuckDB's words.
base::Result<std::unique_ptr<SqlDatabase>> OpenDuckDb(const std::string& path,
                                                      const DuckDbOptions& options);

}  // namespace pinion::analytics
