#include "server/backup_folder.h"

#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

#include <sys/stat.h>

#include "base/random.h"
#include "server/bucket_backups.h"
#include "server/data_directory.h"
#include "server/erasure_list.h"
#include "server/process_control.h"
#include "server/sending_hold.h"
#include "server/version.h"

namespace pinion::server {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMarker = "PINION-BACKUP";
constexpr mode_t kFolderMode = 0700;

std::string StorePathIn(const std::string& folder) {
  return folder + "/store";
}

bool IsEmptyOrAbsent(const std::string& path) {
  std::error_code failure;
  return !fs::exists(path, failure) ||
         (fs::is_directory(path, failure) && fs::is_empty(path, failure));
}

base::Status MakeFolder(const std::string& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) {
    return base::Unavailable("Cannot make the folder '" + folder + "': " + failure.message() + ".");
  }
  ::chmod(folder.c_str(), kFolderMode);
  std::ofstream marker(folder + "/" + std::string(kMarker));
  marker << "Backups of Pinion. Made and read by pinion backup, verify and restore.\n";
  marker.close();
  if (!marker) {
    return base::Unavailable("Cannot write to the folder '" + folder + "'.");
  }
  return {};
}

BucketBackups BucketsIn(const std::string& folder) {
  return BucketBackups(folder + "/buckets");
}

base::Result<std::vector<storage::StoreBackup>> BackupsIn(const std::string& folder) {
  if (!IsBackupFolder(folder)) {
    return base::InvalidArgument("The folder '" + folder + "' holds no backups of Pinion.");
  }
  PINION_TRY(auto backups, storage::StoreBackups(StorePathIn(folder)).List());
  const BucketBackups buckets = BucketsIn(folder);
  std::erase_if(backups, [&](const auto& backup) { return !buckets.Has(backup.number); });
  if (backups.empty()) {
    return base::InvalidArgument("The folder '" + folder + "' holds no finished backup.");
  }
  return backups;
}

base::Status VerifyOne(const std::string& folder,
                       const storage::StoreBackup& backup,
                       BucketBackups& buckets) {
  base::Status intact = storage::StoreBackups(StorePathIn(folder)).Verify(backup.number);
  if (intact.ok()) {
    intact = buckets.Verify(backup.number);
  }
  if (!intact.ok()) {
    return base::Internal("Backup number " + std::to_string(backup.number) + ": " +
                          intact.error().message);
  }
  return {};
}

// What a crash or a cancellation has left of a backup must not be counted among those to keep.
base::Status RemoveUnfinished(const storage::StoreBackups& backups,
                              const BucketBackups& files,
                              const std::string& folder) {
  std::error_code failure;
  if (!fs::exists(StorePathIn(folder), failure)) {
    return {};
  }
  const auto all = backups.List();
  if (!all.ok()) {
    // An old one that is damaged is no reason to make no new one.
    return {};
  }
  for (const storage::StoreBackup& backup : *all) {
    if (!files.Has(backup.number)) {
      PINION_CHECK(backups.Remove(backup.number));
    }
  }
  return {};
}

base::Status RestoreInto(const std::string& folder,
                         const storage::StoreBackup& backup,
                         const std::string& data_dir) {
  PINION_TRY(const auto directory, DataDirectory::Open(data_dir, kDataFormat));
  // The store comes into its place when it is whole and says that nothing may be sent.
  const std::string draft = directory.store_path() + ".restoring";
  PINION_CHECK(storage::StoreBackups(StorePathIn(folder)).Restore(backup.number, draft));
  {
    PINION_TRY(const auto store, storage::RocksStore::Open(draft, {}));
    PINION_CHECK(HoldSending(*store, backup.at));
    // Who was erased since is still in it.
    base::SystemRandom random;
    PINION_CHECK(TakeErasureList(folder, *store, random));
  }
  PINION_CHECK(BucketsIn(folder).Restore(backup.number, directory.buckets_path()));
  std::error_code failure;
  fs::rename(draft, directory.store_path(), failure);
  if (failure) {
    return base::Unavailable("Cannot move the restored store into '" + data_dir +
                             "': " + failure.message() + ".");
  }
  return {};
}

}  // namespace

bool IsBackupFolder(const std::string& folder) {
  std::error_code failure;
  return fs::exists(folder + "/" + std::string(kMarker), failure);
}

base::Result<storage::StoreBackup> AddBackup(const std::string& folder,
                                             storage::RocksStore& store,
                                             const std::string& buckets,
                                             const std::function<bool()>& cancelled) {
  if (!IsBackupFolder(folder)) {
    if (!IsEmptyOrAbsent(folder)) {
      return base::InvalidArgument("The folder '" + folder +
                                   "' holds other files; backups need a folder of their own.");
    }
    PINION_CHECK(MakeFolder(folder));
  }
  const storage::StoreBackups backups(StorePathIn(folder));
  const BucketBackups files = BucketsIn(folder);
  PINION_CHECK(RemoveUnfinished(backups, files, folder));
  PINION_TRY(auto made, backups.Make(store, "pinion " + std::string(Version()), cancelled));
  PINION_TRY(const uint64_t bytes, files.Make(made.number, buckets, cancelled));
  made.bytes += bytes;
  PINION_CHECK(WriteErasureList(folder, store));
  return made;
}

base::Status KeepNewestBackups(const std::string& folder, size_t count) {
  const storage::StoreBackups backups(StorePathIn(folder));
  const BucketBackups files = BucketsIn(folder);
  PINION_CHECK(RemoveUnfinished(backups, files, folder));
  PINION_CHECK(backups.KeepNewest(count));
  PINION_TRY(const auto kept, backups.List());
  std::vector<uint32_t> numbers;
  for (const storage::StoreBackup& backup : kept) {
    numbers.push_back(backup.number);
  }
  return files.KeepOnly(numbers);
}

base::Result<size_t> VerifyBackups(const std::string& folder) {
  PINION_TRY(const auto backups, BackupsIn(folder));
  BucketBackups buckets = BucketsIn(folder);
  for (const storage::StoreBackup& backup : backups) {
    PINION_CHECK(VerifyOne(folder, backup, buckets));
  }
  return backups.size();
}

base::Result<storage::StoreBackup> RestoreNewest(const std::string& folder,
                                                 const std::string& data_dir) {
  PINION_TRY(const auto backups, BackupsIn(folder));
  const storage::StoreBackup& newest = backups.back();
  BucketBackups buckets = BucketsIn(folder);
  PINION_CHECK(VerifyOne(folder, newest, buckets));
  if (!IsEmptyOrAbsent(data_dir)) {
    return base::Conflict("The directory '" + data_dir +
                          "' is not empty; a restore needs a new one.");
  }
  const base::Status restored = RestoreInto(folder, newest, data_dir);
  if (!restored.ok()) {
    // A server must not take what is half there for a new data directory.
    std::error_code ignored;
    fs::remove_all(data_dir, ignored);
    return restored.error();
  }
  return newest;
}

}  // namespace pinion::server
