#include "analytics/duckdb_database.h"

#include <type_traits>
#include <utility>

#include <duckdb.h>

namespace pinion::analytics {
namespace {

// What a call of DuckDB gave back, ended with the scope.
template <class Handle, auto Destroy>
class Owned {
 public:
  Owned() = default;
  ~Owned() { Destroy(&handle_); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;

  Handle* out() { return &handle_; }
  Handle get() const { return handle_; }

 private:
  Handle handle_{};
};

using Config = Owned<duckdb_config, duckdb_destroy_config>;
using Statement = Owned<duckdb_prepared_statement, duckdb_destroy_prepare>;
using Appender = Owned<duckdb_appender, duckdb_appender_destroy>;
using Chunk = Owned<duckdb_data_chunk, duckdb_destroy_data_chunk>;

class QueryResult {
 public:
  QueryResult() = default;
  ~QueryResult() { duckdb_destroy_result(&result_); }
  QueryResult(const QueryResult&) = delete;
  QueryResult& operator=(const QueryResult&) = delete;
  duckdb_result* out() { return &result_; }

 private:
  duckdb_result result_{};
};

base::Error Failure(const char* words) {
  return base::Internal("analytics: " + std::string(words == nullptr ? "unknown" : words));
}

base::Status Bind(duckdb_prepared_statement statement, idx_t index, const SqlValue& value) {
  const duckdb_state state = std::visit(
      [&](const auto& one) {
        using Type = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<Type, int64_t>) {
          return duckdb_bind_int64(statement, index, one);
        } else if constexpr (std::is_same_v<Type, double>) {
          return duckdb_bind_double(statement, index, one);
        } else if constexpr (std::is_same_v<Type, std::string>) {
          return duckdb_bind_varchar_length(statement, index, one.data(), one.size());
        } else {
          return duckdb_bind_null(statement, index);
        }
      },
      value);
  return state == DuckDBSuccess ? base::Status() : Failure(duckdb_prepare_error(statement));
}

duckdb_state AppendValue(duckdb_appender appender, const SqlValue& value) {
  return std::visit(
      [appender](const auto& one) {
        using Type = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<Type, int64_t>) {
          return duckdb_append_int64(appender, one);
        } else if constexpr (std::is_same_v<Type, double>) {
          return duckdb_append_double(appender, one);
        } else if constexpr (std::is_same_v<Type, std::string>) {
          return duckdb_append_varchar_length(appender, one.data(), one.size());
        } else {
          return duckdb_append_null(appender);
        }
      },
      value);
}

template <class T>
T ElementOf(duckdb_vector vector, idx_t row) {
  return static_cast<const T*>(duckdb_vector_get_data(vector))[row];
}

// One column of a chunk of a result.
base::Result<SqlValue> ValueAt(duckdb_vector vector, duckdb_type type, idx_t row) {
  uint64_t* validity = duckdb_vector_get_validity(vector);
  if (validity != nullptr && !duckdb_validity_row_is_valid(validity, row)) {
    return SqlValue();
  }
  switch (type) {
    case DUCKDB_TYPE_INTEGER:
      return SqlValue(int64_t{ElementOf<int32_t>(vector, row)});
    case DUCKDB_TYPE_BIGINT:
      return SqlValue(ElementOf<int64_t>(vector, row));
    case DUCKDB_TYPE_HUGEINT:
      // What sum() of whole numbers gives; ours never leave 64 bits.
      return SqlValue(static_cast<int64_t>(ElementOf<duckdb_hugeint>(vector, row).lower));
    case DUCKDB_TYPE_DOUBLE:
      return SqlValue(ElementOf<double>(vector, row));
    case DUCKDB_TYPE_VARCHAR: {
      duckdb_string_t text = ElementOf<duckdb_string_t>(vector, row);
      return SqlValue(std::string(duckdb_string_t_data(&text), duckdb_string_t_length(text)));
    }
    default:
      return Failure("a column of a type that is not used here");
  }
}

class DuckDbSession final : public SqlSession {
 public:
  explicit DuckDbSession(duckdb_connection connection) : connection_(connection) {}
  ~DuckDbSession() override { duckdb_disconnect(&connection_); }

  base::Result<std::vector<SqlRow>> Query(const std::string& text,
                                          std::span<const SqlValue> parameters) override {
    Statement statement;
    if (duckdb_prepare(connection_, text.c_str(), statement.out()) != DuckDBSuccess) {
      return Failure(duckdb_prepare_error(statement.get()));
    }
    for (size_t i = 0; i < parameters.size(); ++i) {
      PINION_CHECK(Bind(statement.get(), i + 1, parameters[i]));
    }
    QueryResult result;
    if (duckdb_execute_prepared(statement.get(), result.out()) != DuckDBSuccess) {
      return Failure(duckdb_result_error(result.out()));
    }
    return Rows(result.out());
  }

  base::Status Append(std::string_view table, std::span<const SqlRow> rows) override {
    Appender appender;
    const std::string name(table);
    if (duckdb_appender_create(connection_, nullptr, name.c_str(), appender.out()) !=
        DuckDBSuccess) {
      return Failure(duckdb_appender_error(appender.get()));
    }
    for (const SqlRow& row : rows) {
      for (const SqlValue& value : row) {
        if (AppendValue(appender.get(), value) != DuckDBSuccess) {
          return Failure(duckdb_appender_error(appender.get()));
        }
      }
      if (duckdb_appender_end_row(appender.get()) != DuckDBSuccess) {
        return Failure(duckdb_appender_error(appender.get()));
      }
    }
    if (duckdb_appender_close(appender.get()) != DuckDBSuccess) {
      return Failure(duckdb_appender_error(appender.get()));
    }
    return {};
  }

 private:
  static base::Result<std::vector<SqlRow>> Rows(duckdb_result* result) {
    std::vector<SqlRow> rows;
    const idx_t columns = duckdb_column_count(result);
    while (true) {
      Chunk chunk;
      *chunk.out() = duckdb_fetch_chunk(*result);
      if (chunk.get() == nullptr) {
        return rows;
      }
      const idx_t count = duckdb_data_chunk_get_size(chunk.get());
      const size_t first = rows.size();
      rows.resize(first + count);
      for (idx_t column = 0; column < columns; ++column) {
        duckdb_vector vector = duckdb_data_chunk_get_vector(chunk.get(), column);
        const duckdb_type type = duckdb_column_type(result, column);
        for (idx_t row = 0; row < count; ++row) {
          PINION_TRY(SqlValue value, ValueAt(vector, type, row));
          rows[first + row].push_back(std::move(value));
        }
      }
    }
  }

  duckdb_connection connection_;
};

class DuckDb final : public SqlDatabase {
 public:
  explicit DuckDb(duckdb_database database) : database_(database) {}
  ~DuckDb() override { duckdb_close(&database_); }

  base::Result<std::unique_ptr<SqlSession>> Connect() override {
    duckdb_connection connection = nullptr;
    if (duckdb_connect(database_, &connection) != DuckDBSuccess) {
      return Failure("no session");
    }
    return std::unique_ptr<SqlSession>(std::make_unique<DuckDbSession>(connection));
  }

 private:
  duckdb_database database_;
};

}  // namespace

base::Result<std::unique_ptr<SqlDatabase>> OpenDuckDb(const std::string& path,
                                                      const DuckDbOptions& options) {
  Config config;
  if (duckdb_create_config(config.out()) != DuckDBSuccess) {
    return Failure("no configuration");
  }
  const std::string threads = std::to_string(options.threads);
  const std::pair<const char*, const char*> settings[] = {
      {"memory_limit", options.memory_limit.c_str()},
      {"threads", threads.c_str()},
      // Nothing here depends on the order of rows, and keeping it costs memory.
      {"preserve_insertion_order", "false"},
      // No statement may reach other files or load code.
      {"enable_external_access", "false"},
      {"autoload_known_extensions", "false"},
      {"autoinstall_known_extensions", "false"},
  };
  for (const auto& [name, value] : settings) {
    if (duckdb_set_config(config.get(), name, value) != DuckDBSuccess) {
      return Failure(name);
    }
  }
  duckdb_database database = nullptr;
  char* words = nullptr;
  if (duckdb_open_ext(path.empty() ? nullptr : path.c_str(), &database, config.get(), &words) !=
      DuckDBSuccess) {
    const base::Error error = base::Unavailable(words == nullptr ? "unknown" : words);
    duckdb_free(words);
    return error;
  }
  return std::unique_ptr<SqlDatabase>(std::make_unique<DuckDb>(database));
}

}  // namespace pinion::analytics
