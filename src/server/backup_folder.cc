#include "server/backup_folder.h"

#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

#include <sys/stat.h>

#include "server/data_directory.h"
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

base::Result<std::vector<storage::StoreBackup>> BackupsIn(const std::string& folder) {
  if (!IsBackupFolder(folder)) {
    return base::InvalidArgument("The folder '" + folder + "' holds no backups of Pinion.");
  }
  PINION_TRY(auto backups, storage::StoreBackups(StorePathIn(folder)).List());
  if (backups.empty()) {
    return base::InvalidArgument("The folder '" + folder + "' holds no finished backup.");
  }
  return backups;
}

base::Status VerifyOne(const std::string& folder, const storage::StoreBackup& backup) {
  const base::Status intact = storage::StoreBackups(StorePathIn(folder)).Verify(backup.number);
  if (!intact.ok()) {
    return base::Internal("Backup number " + std::to_string(backup.number) + ": " +
                          intact.error().message);
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
  }
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
                                             const std::function<bool()>& cancelled) {
  if (!IsBackupFolder(folder)) {
    if (!IsEmptyOrAbsent(folder)) {
      return base::InvalidArgument("The folder '" + folder +
                                   "' holds other files; backups need a folder of their own.");
    }
    PINION_CHECK(MakeFolder(folder));
  }
  return storage::StoreBackups(StorePathIn(folder))
      .Make(store, "pinion " + std::string(Version()), cancelled);
}

base::Result<size_t> VerifyBackups(const std::string& folder) {
  PINION_TRY(const auto backups, BackupsIn(folder));
  for (const storage::StoreBackup& backup : backups) {
    PINION_CHECK(VerifyOne(folder, backup));
  }
  return backups.size();
}

base::Result<storage::StoreBackup> RestoreNewest(const std::string& folder,
                                                 const std::string& data_dir) {
  PINION_TRY(const auto backups, BackupsIn(folder));
  const storage::StoreBackup& newest = backups.back();
  PINION_CHECK(VerifyOne(folder, newest));
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
