// Backups of a RocksStore in a folder: each is one consistent instant of the store, taken while it
// is written to, and shares with earlier ones the files that did not change, so a further backup
// copies only what is new. Every file has a checksum. One process uses a folder at a time; not
// thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace pinion::storage {

class RocksStore;

struct StoreBackup {
  uint32_t number = 0;  // grows with every backup of the folder
  base::Timestamp at{};
  uint64_t bytes = 0;
  std::string note;  // of the caller, who says what the backup is of
};

class StoreBackups {
 public:
  // The folder is made by the first backup; its parent exists.
  explicit StoreBackups(std::string folder) : folder_(std::move(folder)) {}

  // Holds everything that was applied before the call. Asks `cancelled` now and then, on this
  // thread; a backup that is given up leaves nothing behind that counts. kUnavailable when the
  // folder cannot be written.
  base::Result<StoreBackup> Make(RocksStore& store,
                                 const std::string& note,
                                 const std::function<bool()>& cancelled) const;
  // Oldest first. kUnavailable when the folder cannot be read.
  base::Result<std::vector<StoreBackup>> List() const;
  // Reads every file of the backup; kInternal naming the one that is damaged or missing.
  base::Status Verify(uint32_t number) const;
  // Into a folder that does not exist.
  base::Status Restore(uint32_t number, const std::string& store_path) const;
  base::Status Remove(uint32_t number) const;
  // Removes all but the newest, and files that no backup needs any more.
  base::Status KeepNewest(size_t count) const;

 private:
  std::string folder_;
};

}  // namespace pinion::storage
