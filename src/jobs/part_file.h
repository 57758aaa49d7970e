// One object of an export while it is written (JOB-71): gzip under a name that begins with `.`,
// which no import reads, until it is complete, durable and renamed. So whoever sees the object sees
// all of it. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace pinion::jobs {

class PartFile {
 public:
  // `part-00000.gz`, … in `folder`. kInternal when it cannot be made.
  static base::Result<std::unique_ptr<PartFile>> Create(const std::string& folder, int32_t number);
  // Removes what was not finished.
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  base::Status AppendLine(std::string_view text);
  // Makes the object appear; it is durable when this returns. Once.
  base::Status Finish();

 private:
  class Impl;
  explicit PartFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Removes the objects, complete or not, that an earlier life of the job left in its folder.
base::Status RemoveParts(const std::string& folder);

}  // namespace pinion::jobs
