// The files of local buckets in a folder of backups: each content once, under its SHA-256, and for
// every backup the list of its files, which is written last. So a further backup copies what is new
// only, and a list that is there is complete. Names that begin with `.` are no objects and are left
// out. One process uses a folder at a time; not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <string>

#include "base/result.h"
#include "model/backup.h"

namespace pinion::server {

class BucketBackups {
 public:
  // The folder is made by the first backup; its parent exists.
  explicit BucketBackups(std::string folder) : folder_(std::move(folder)) {}

  // Copies the files below `buckets`, which may be absent; their bytes in all. A file that goes
  // meanwhile is left out. Asks `cancelled` now and then. kUnavailable when something cannot be
  // read or written.
  base::Result<uint64_t> Make(uint32_t number,
                              const std::string& buckets,
                              const std::function<bool()>& cancelled) const;
  // Whether the backup's list is there.
  bool Has(uint32_t number) const;
  // Reads the list and every file of it that this object has not read yet; kInternal naming what is
  // damaged or missing.
  base::Status Verify(uint32_t number);
  // Into a folder that does not exist; durable when it returns.
  base::Status Restore(uint32_t number, const std::string& buckets) const;
  // Removes the lists of all other backups, and files that no list needs any more.
  base::Status KeepOnly(std::span<const uint32_t> numbers) const;

 private:
  std::string ListPath(uint32_t number) const;
  std::string ContentPath(const std::string& digest) const;
  base::Result<model::BackupFileList> Read(uint32_t number) const;
  base::Result<model::BackupFileList> ReadNewestBefore(uint32_t number) const;

  std::string folder_;
  std::set<std::string> verified_;  // digests
};

}  // namespace pinion::server
