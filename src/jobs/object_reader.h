// Reads the text of an import object, plain or gzip (recognised by its first bytes, JOB-6), record
// by record, and knows where each record ends, so that a job can go on there after a restart. Not
// thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"

namespace pinion::jobs {

// The longest line or CSV record; a row above the limits of an endpoint fails anyway.
constexpr size_t kRecordBytesMax = 1024 * 1024;

class ObjectReader {
 public:
  // A line end inside quotes belongs to the record only in a CSV (JOB-40).
  enum class Records { kLines, kCsv };

  // kNotFound when the object cannot be opened.
  static base::Result<std::unique_ptr<ObjectReader>> Open(const std::string& path, Records records);
  ~ObjectReader();
  ObjectReader(const ObjectReader&) = delete;
  ObjectReader& operator=(const ObjectReader&) = delete;

  struct Record {
    std::string text;   // without its line end
    uint64_t line = 0;  // number of its first line, from 1
    bool too_long = false;
    bool unclosed_quote = false;
  };

  // The next record; nothing at the end. kInternal when the object is damaged or cannot be read.
  base::Result<std::optional<Record>> Next();
  // Goes on after the first `offset` bytes of text, whose next line is number `line`.
  base::Status SkipTo(uint64_t offset, uint64_t line);

  // Bytes of text up to the end of the last record, and the number of the line that follows.
  uint64_t offset() const;
  uint64_t next_line() const;

 private:
  class Impl;
  explicit ObjectReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinion::jobs
