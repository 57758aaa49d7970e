// Backups of a data directory in a folder (OPS-12 to OPS-14): the store, which holds all state and
// all events, and the files of local buckets; not the master key, and not what can be made anew
// from the store. A backup is finished when the list of its files is there; the store is copied
// first, so that the objects of a job that it calls complete are among the files. Beside the
// backups lies the list of erasures since (erasure_list.h), which a restore has done again. A
// marker file keeps backups from being mixed with other files. One process uses a folder at a time.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "storage/rocks_store.h"
#include "storage/store_backups.h"

namespace pinion::server {

// Whether the folder holds backups.
bool IsBackupFolder(const std::string& folder);

// Adds a backup of the store and of the files below `buckets` to the folder, which is made if
// absent. kInvalidArgument when it holds other files, kUnavailable when it cannot be written.
base::Result<storage::StoreBackup> AddBackup(const std::string& folder,
                                             storage::RocksStore& store,
                                             const std::string& buckets,
                                             const std::function<bool()>& cancelled);

// Removes all but the newest backups.
base::Status KeepNewestBackups(const std::string& folder, size_t count);

// Checks every backup of the folder, file by file; how many there are. kInternal naming the first
// that is damaged.
base::Result<size_t> VerifyBackups(const std::string& folder);

// Checks the newest backup and makes a data directory of it. The directory must be empty or absent:
// kConflict. The server that starts on it does not send until it is told to.
base::Result<storage::StoreBackup> RestoreNewest(const std::string& folder,
                                                 const std::string& data_dir);

}  // namespace pinion::server
