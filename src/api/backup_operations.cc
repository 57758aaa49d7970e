#include "api/register_operations.h"
#include "model/backup.h"

namespace pinion::api {

namespace {

base::Result<BackupControl*> Backups(const Call& call) {
  if (call.services.backups == nullptr) {
    return base::Conflict(
        "This server keeps its data in memory only; there is nothing to back up.");
  }
  return call.services.backups;
}

base::Result<model::BackupResponse> StartBackup(Call& call,
                                                const model::StartBackupRequest& request) {
  PINION_TRY(BackupControl * backups, Backups(call));
  return backups->Begin(request.body.target);
}

base::Result<model::BackupResponse> GetBackup(Call& call, const model::GetBackupRequest& request) {
  PINION_TRY(const BackupControl* backups, Backups(call));
  return backups->Get(request.backup_id);
}

base::Result<model::ListBackupsResponse> ListBackups(Call& call,
                                                     const model::ListBackupsRequest& request) {
  PINION_TRY(const BackupControl* backups, Backups(call));
  PINION_TRY(const auto page, call.Page(request.page_size, request.token));
  PINION_TRY(auto listed, backups->List(page));
  model::ListBackupsResponse response;
  response.items = std::move(listed.items);
  response.next_token = call.NextToken(listed.next);
  return response;
}

// OPS-13.
base::Result<model::SystemResponse> ResumeSending(Call& call, const model::ResumeSendingRequest&) {
  PINION_CHECK(call.services.system.ResumeSending());
  return call.services.system.Describe();
}

}  // namespace

void RegisterBackupOperations(OperationTable& table) {
  table.Add<model::ops::StartBackup>(Run::kWorker, StartBackup);
  table.Add<model::ops::ListBackups>(Run::kWorker, ListBackups);
  table.Add<model::ops::GetBackup>(Run::kInline, GetBackup);
  table.Add<model::ops::ResumeSending>(Run::kWorker, ResumeSending);
}

}  // namespace pinion::api
