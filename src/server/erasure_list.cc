#include "server/erasure_list.h"

#include <fstream>
#include <map>
#include <set>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/ids.h"
#include "base/log.h"
#include "model/backup.h"
#include "model/codec.h"
#include "model/privacy.h"
#include "privacy/privacy_store.h"
#include "server/backup_folder.h"
#include "storage/durable_file.h"
#include "storage/key.h"

namespace pinion::server {

namespace {

using Erasures = std::map<std::string, model::ErasureRecord>;  // by id

std::string PathIn(const std::string& folder) {
  return folder + "/ERASURES";
}

// Keeps other writers of the folder's list out while it lives.
class FolderLock {
 public:
  explicit FolderLock(const std::string& folder)
      : file_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (file_ >= 0) {
      ::flock(file_, LOCK_EX);
    }
  }
  ~FolderLock() {
    if (file_ >= 0) {
      ::close(file_);
    }
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  const int file_;
};

// One JSON object a line.
base::Result<Erasures> ReadList(const std::string& folder) {
  Erasures erasures;
  std::ifstream file(PathIn(folder));
  for (std::string line; std::getline(file, line);) {
    auto erasure = model::Decode<model::ErasureRecord>(line);
    if (!erasure.ok()) {
      return base::Internal("The list of erasures '" + PathIn(folder) +
                            "' is damaged: " + erasure.error().message);
    }
    const std::string id = erasure->id;
    erasures[id] = *std::move(erasure);
  }
  return erasures;
}

}  // namespace

base::Status WriteErasureList(const std::string& folder, const storage::Reader& store) {
  const FolderLock lock(folder);
  PINION_TRY(Erasures erasures, ReadList(folder));
  const size_t known = erasures.size();
  PINION_TRY(const auto all, privacy::PrivacyStore(store).All<model::ErasureRecord>());
  for (const model::ErasureRecord& erasure : all) {
    if (erasure.status == model::ErasureStatus::kCompleted) {
      erasures.emplace(erasure.id, erasure);
    }
  }
  if (erasures.size() == known) {
    return {};
  }
  std::string text;
  for (const auto& [id, erasure] : erasures) {
    text += model::ToJson(erasure) + "\n";
  }
  return storage::WriteDurableFile(PathIn(folder), text);
}

void WriteErasureLists(storage::KeyValueStore& store) {
  std::set<std::string> folders;
  const auto scanned =
      store.Scan({.prefix = storage::KeyWriter(storage::KeySpace::kBackup).Take()},
                 [&folders](std::string_view, std::string_view value) {
                   const auto backup = model::Decode<model::BackupResponse>(value);
                   if (backup.ok() && backup->status != model::BackupStatus::kFailed) {
                     folders.insert(backup->target);
                   }
                   return true;
                 });
  base::Status status = scanned;
  for (const std::string& folder : folders) {
    status = IsBackupFolder(folder) ? WriteErasureList(folder, store)
                                    : base::Status(base::Unavailable("The folder is not there."));
    if (!status.ok()) {
      base::Log(base::LogLevel::kWarning,
                "backup",
                "Erasures are not listed beside these backups yet",
                {{"target", folder}, {"error", status.error().message}});
    }
  }
}

base::Result<size_t> TakeErasureList(const std::string& folder,
                                     storage::KeyValueStore& store,
                                     base::RandomSource& random) {
  PINION_TRY(const Erasures erasures, ReadList(folder));
  base::IdGenerator ids(random);
  const privacy::PrivacyStore requests(store);
  storage::WriteBatch batch;
  size_t taken = 0;
  for (auto [id, erasure] : erasures) {
    PINION_TRY(const auto known,
               requests.Find<model::ErasureRecord>(base::AppId(erasure.application_id), id));
    if (known) {
      continue;
    }
    erasure.status = model::ErasureStatus::kCreated;
    erasure.step = model::ErasureStep::kResolve;
    erasure.salt = ids.NewHexId();
    erasure.completed_at.reset();
    erasure.cursor.clear();
    erasure.events_done = 0;
    erasure.events_end = 0;
    erasure.round = 0;
    erasure.counts = {};
    privacy::PrivacyStore::Put(erasure, batch);
    ++taken;
  }
  if (taken > 0) {
    PINION_CHECK(store.Apply(batch));
    PINION_CHECK(store.Sync());
  }
  return taken;
}

}  // namespace pinion::server
