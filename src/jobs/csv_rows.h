// Rows of a CSV import (JOB-40 to JOB-45): the header says what each column is, a record becomes an
// ImportRow. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "jobs/import_row.h"

namespace pinion::jobs {

// The fields of one record (RFC 4180). kInvalidArgument for text after a closing quote.
base::Result<std::vector<std::string>> SplitCsv(std::string_view record);

class CsvColumns {
 public:
  // kInvalidArgument: `Unknown column "…"`, a column given twice, no header.
  static base::Result<CsvColumns> Parse(std::string_view header);

  // kInvalidArgument with the reason, as it goes into the job's failures.
  base::Result<ImportRow> ReadRow(std::string_view record) const;
  // The ids in a record of a file whose only column is User.UserId (JOB-44); nothing for other
  // files.
  std::optional<std::vector<std::string>> ReadUserIds(std::string_view record) const;

 private:
  enum class Kind : uint8_t { kMember, kAttribute, kUserAttribute, kMetric };
  struct Column {
    Kind kind;
    std::string name;
  };
  std::vector<Column> columns_;
};

}  // namespace pinion::jobs
