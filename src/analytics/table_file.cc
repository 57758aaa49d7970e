#include "analytics/table_file.h"

#include <filesystem>
#include <system_error>

#include "base/log.h"

namespace pinion::analytics {

base::Result<std::unique_ptr<SqlDatabase>> OpenTableFile(const std::string& path,
                                                         const DuckDbOptions& options) {
  auto opened = OpenDuckDb(path, options);
  std::error_code failure;
  if (opened.ok() || path.empty() || !std::filesystem::exists(path, failure)) {
    return opened;
  }
  base::Log(base::LogLevel::kWarning,
            "analytics",
            "The tables cannot be opened; they are put aside and built anew from the event log",
            {{"file", path}, {"error", opened.error().message}});
  std::filesystem::rename(path, path + ".damaged", failure);
  if (failure) {
    return base::Unavailable(path + " cannot be put aside: " + failure.message());
  }
  // What it had not taken up yet belongs to it.
  std::filesystem::remove(path + ".wal", failure);
  return OpenDuckDb(path, options);
}

}  // namespace pinion::analytics
