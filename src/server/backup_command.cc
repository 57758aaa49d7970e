#include "server/backup_command.h"

#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>

#include "audit/audit_log.h"
#include "base/json_text.h"
#include "base/time_text.h"
#include "model/backup.h"
#include "model/codec.h"
#include "server/backup_folder.h"
#include "server/command_output.h"
#include "server/data_directory.h"
#include "server/operator_client.h"
#include "server/process_control.h"

namespace pinion::server {

namespace {

constexpr char kBackupsPath[] = "/pinion/v1/backups";
constexpr std::chrono::milliseconds kBetweenQuestions{200};

void PrintBackup(std::string_view what, uint32_t number, base::Timestamp at) {
  Print(std::string(what) + " backup number " + std::to_string(number) + " of " +
        base::FormatIso8601(at) + ".\n");
}

base::Result<model::BackupResponse> Ask(const Config& config, LocalRequest request) {
  PINION_TRY(const std::string body, AskAsOperator(config, std::move(request)));
  return model::Decode<model::BackupResponse>(body);
}

base::Status BackUpRunningServer(const Config& config, const std::string& folder) {
  base::JsonWriter body;
  body.BeginObject().Key("Target").String(folder).EndObject();
  PINION_TRY(model::BackupResponse backup,
             Ask(config, {.method = "POST", .path = kBackupsPath, .body = body.Take()}));
  const std::string path = std::string(kBackupsPath) + "/" + backup.id;
  while (backup.status == model::BackupStatus::kRunning) {
    std::this_thread::sleep_for(kBetweenQuestions);
    PINION_TRY(backup, Ask(config, {.path = path}));
  }
  if (backup.status == model::BackupStatus::kFailed) {
    return base::Unavailable(backup.error.value_or(""));
  }
  PrintBackup("Made", static_cast<uint32_t>(backup.number.value_or(0)), backup.started_at);
  return {};
}

base::Status BackUpStoppedServer(const DataDirectory& directory, const std::string& folder) {
  PINION_TRY(const auto store, storage::RocksStore::Open(directory.store_path(), {}));
  PINION_TRY(const auto made,
             AddBackup(folder, *store, directory.buckets_path(), [] { return false; }));
  PrintBackup("Made", made.number, made.at);
  return {};
}

base::Status BackUp(const Config& config, const std::string& folder) {
  std::error_code failure;
  if (!std::filesystem::exists(config.data_dir + "/FORMAT", failure)) {
    return base::InvalidArgument("'" + config.data_dir + "' is no data directory of Pinion.");
  }
  const std::string absolute = std::filesystem::absolute(folder, failure).string();
  const auto directory = DataDirectory::Open(config.data_dir, kDataFormat);
  if (directory.ok()) {
    return BackUpStoppedServer(*directory, absolute);
  }
  if (directory.error().code != base::Errc::kConflict) {
    return directory.error();
  }
  return BackUpRunningServer(config, absolute);
}

base::Status VerifyDataDirectory(const std::string& path) {
  PINION_TRY(const auto directory, DataDirectory::Open(path, kDataFormat));
  PINION_TRY(const auto store, storage::RocksStore::Open(directory.store_path(), {}));
  PINION_CHECK(store->VerifyChecksums());
  PINION_TRY(const size_t records, audit::AuditLog::Verify(*store));
  Print("The data is intact; " + std::to_string(records) + " audit records without a gap.\n");
  return {};
}

base::Status Verify(const std::string& path) {
  std::error_code failure;
  if (IsBackupFolder(path)) {
    PINION_TRY(const size_t backups, VerifyBackups(path));
    Print("All backups are intact: " + std::to_string(backups) + ".\n");
    return {};
  }
  if (std::filesystem::exists(path + "/FORMAT", failure)) {
    return VerifyDataDirectory(path);
  }
  return base::InvalidArgument("'" + path +
                               "' is neither a data directory nor a folder of backups.");
}

int ExitCodeFor(const base::Status& status) {
  return status.ok() ? kExitOk : Complain(status.error(), ExitCodeOf(status.error()));
}

}  // namespace

int RunBackup(const ConfigInput& input, const std::string& folder) {
  const auto loaded = LoadConfig(input);
  if (!loaded.ok()) {
    return Complain(loaded.error(), kExitConfiguration);
  }
  return ExitCodeFor(BackUp(loaded->config, folder));
}

int RunRestore(const ConfigInput& input, const std::string& folder) {
  const auto loaded = LoadConfig(input);
  if (!loaded.ok()) {
    return Complain(loaded.error(), kExitConfiguration);
  }
  const auto restored = RestoreNewest(folder, loaded->config.data_dir);
  if (!restored.ok()) {
    return Complain(restored.error(), kExitFailure);
  }
  PrintBackup("Restored", restored->number, restored->at);
  Print("Nothing is sent until the server is started with --resume.\n");
  if (loaded->config.master_key.empty()) {
    Print(
        "The master key is not in a backup: put master.key into the data directory before the "
        "start.\n");
  }
  return kExitOk;
}

int RunVerify(const std::string& path) {
  return ExitCodeFor(Verify(path));
}

}  // namespace pinion::server
