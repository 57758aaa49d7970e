// The SQL engine that holds the analytics tables, as far as this module needs one: statements with
// parameters, appends of many rows, transactions. One implementation now, DuckDB within the
// process (duckdb_database.h); statements keep to SQL that a column store on other machines takes,
// too: no upserts, no engine's own functions, no types but those of SqlValue.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace pinion::analytics {

// BIGINT, DOUBLE, VARCHAR, or NULL.
using SqlValue = std::variant<std::monostate, int64_t, double, std::string>;
using SqlRow = std::vector<SqlValue>;

// One session with the database. Used by one thread at a time.
class SqlSession {
 public:
  virtual ~SqlSession() = default;

  // `?` in the statement stands for the next parameter. kInternal with the engine's words.
  virtual base::Result<std::vector<SqlRow>> Query(const std::string& statement,
                                                  std::span<const SqlValue> parameters) = 0;
  base::Status Execute(const std::string& statement, std::span<const SqlValue> parameters = {}) {
    const auto rows = Query(statement, parameters);
    return rows.ok() ? base::Status() : base::Status(rows.error());
  }
  // Values in the order of the table's columns.
  virtual base::Status Append(std::string_view table, std::span<const SqlRow> rows) = 0;
};

// Thread-safe.
class SqlDatabase {
 public:
  virtual ~SqlDatabase() = default;
  // A session sees what was committed before each of its statements; must not outlive the database.
  virtual base::Result<std::unique_ptr<SqlSession>> Connect() = 0;
};

// BEGIN … COMMIT on a session. Rolls back what was not committed when it goes.
class SqlTransaction {
 public:
  explicit SqlTransaction(SqlSession& session) : session_(session) {}
  ~SqlTransaction();
  SqlTransaction(const SqlTransaction&) = delete;
  SqlTransaction& operator=(const SqlTransaction&) = delete;

  base::Status Begin();
  // Durable when it returns.
  base::Status Commit();

 private:
  SqlSession& session_;
  bool open_ = false;
};

}  // namespace pinion::analytics
