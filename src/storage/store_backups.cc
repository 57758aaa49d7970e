#include "storage/store_backups.h"

#include <memory>
#include <utility>

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/utilities/backup_engine.h>

#include "storage/rocks_store.h"

namespace pinion::storage {

namespace {

// So that the copy leaves the disk time for those who wait for their commit.
constexpr uint64_t kBytesPerSecondMax = uint64_t{128} << 20;
// How often the copy looks whether it is wanted any more.
constexpr uint64_t kAskEveryBytes = uint64_t{4} << 20;

base::Error Failure(const rocksdb::Status& status) {
  if (status.IsCorruption()) {
    return base::Internal("The backup is damaged: " + status.ToString() + ".");
  }
  return base::Unavailable("The backup failed: " + status.ToString() + ".");
}

rocksdb::BackupEngineOptions OptionsFor(const std::string& folder) {
  rocksdb::BackupEngineOptions options(folder);
  options.backup_rate_limit = kBytesPerSecondMax;
  options.callback_trigger_interval_size = kAskEveryBytes;
  return options;
}

base::Result<std::unique_ptr<rocksdb::BackupEngine>> OpenForWriting(const std::string& folder) {
  rocksdb::BackupEngine* opened = nullptr;
  const rocksdb::Status status =
      rocksdb::BackupEngine::Open(OptionsFor(folder), rocksdb::Env::Default(), &opened);
  if (!status.ok()) {
    return Failure(status);
  }
  return std::unique_ptr<rocksdb::BackupEngine>(opened);
}

base::Result<std::unique_ptr<rocksdb::BackupEngineReadOnly>> OpenForReading(
    const std::string& folder) {
  rocksdb::BackupEngineReadOnly* opened = nullptr;
  const rocksdb::Status status =
      rocksdb::BackupEngineReadOnly::Open(OptionsFor(folder), rocksdb::Env::Default(), &opened);
  if (!status.ok()) {
    return Failure(status);
  }
  return std::unique_ptr<rocksdb::BackupEngineReadOnly>(opened);
}

StoreBackup FactsOf(const rocksdb::BackupInfo& info) {
  return {info.backup_id,
          base::Timestamp(std::chrono::seconds(info.timestamp)),
          info.size,
          info.app_metadata};
}

}  // namespace

base::Result<StoreBackup> StoreBackups::Make(RocksStore& store,
                                             const std::string& note,
                                             const std::function<bool()>& cancelled) const {
  // What only the log in memory holds would be missing from the copy of the log.
  PINION_CHECK(store.Sync());
  PINION_TRY(const auto engine, OpenForWriting(folder_));
  rocksdb::CreateBackupOptions options;
  options.flush_before_backup = true;
  options.progress_callback = [&engine, &cancelled] {
    if (cancelled()) {
      engine->StopBackup();
    }
  };
  rocksdb::BackupID number = 0;
  rocksdb::Status status =
      engine->CreateNewBackupWithMetadata(options, &store.database(), note, &number);
  rocksdb::BackupInfo info;
  if (status.ok()) {
    status = engine->GetBackupInfo(number, &info);
  }
  if (!status.ok()) {
    return Failure(status);
  }
  return FactsOf(info);
}

base::Result<std::vector<StoreBackup>> StoreBackups::List() const {
  PINION_TRY(const auto engine, OpenForReading(folder_));
  std::vector<rocksdb::BackupInfo> infos;
  engine->GetBackupInfo(&infos);
  std::vector<StoreBackup> backups;
  for (const rocksdb::BackupInfo& info : infos) {
    backups.push_back(FactsOf(info));
  }
  std::vector<rocksdb::BackupID> damaged;
  engine->GetCorruptedBackups(&damaged);
  if (!damaged.empty()) {
    return base::Internal("Backup number " + std::to_string(damaged[0]) +
                          " is damaged: files of it are missing or have another size.");
  }
  return backups;
}

base::Status StoreBackups::Verify(uint32_t number) const {
  PINION_TRY(const auto engine, OpenForReading(folder_));
  const rocksdb::Status status = engine->VerifyBackup(number, /*verify_with_checksum=*/true);
  return status.ok() ? base::Status() : base::Status(Failure(status));
}

base::Status StoreBackups::Restore(uint32_t number, const std::string& store_path) const {
  PINION_TRY(const auto engine, OpenForReading(folder_));
  const rocksdb::Status status = engine->RestoreDBFromBackup(number, store_path, store_path);
  return status.ok() ? base::Status() : base::Status(Failure(status));
}

base::Status StoreBackups::Remove(uint32_t number) const {
  PINION_TRY(const auto engine, OpenForWriting(folder_));
  const rocksdb::Status status = engine->DeleteBackup(number);
  return status.ok() ? base::Status() : base::Status(Failure(status));
}

base::Status StoreBackups::KeepNewest(size_t count) const {
  PINION_TRY(const auto engine, OpenForWriting(folder_));
  const rocksdb::Status status = engine->PurgeOldBackups(static_cast<uint32_t>(count));
  return status.ok() ? base::Status() : base::Status(Failure(status));
}

}  // namespace pinion::storage
