#include <cstddef>
#include <cstdint>
#include <string_view>

#include "jobs/csv_rows.h"
#include "jobs/json_rows.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t line_end = text.find('\n');
  const auto columns = pinion::jobs::CsvColumns::Parse(text.substr(0, line_end));
  if (columns.ok() && line_end != std::string_view::npos) {
    (void)columns->ReadRow(text.substr(line_end + 1));
    (void)columns->ReadUserIds(text.substr(line_end + 1));
  }
  (void)pinion::jobs::ReadJsonRow(text);
  return 0;
}
