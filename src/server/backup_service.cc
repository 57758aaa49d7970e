#include "server/backup_service.h"

#include <filesystem>
#include <utility>
#include <vector>

#include "base/log.h"
#include "model/codec.h"
#include "server/backup_folder.h"
#include "storage/key.h"
#include "storage/key_space.h"

namespace pinion::server {

namespace {

using Status = model::BackupStatus;

constexpr size_t kTargetBytesMax = 1024;

std::string KeyOf(const std::string& id) {
  return storage::KeyWriter(storage::KeySpace::kBackup).Text(id).Take();
}

bool IsWithin(const std::filesystem::path& inner, const std::filesystem::path& outer) {
  const auto [end, at] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return end == outer.end();
}

void Fail(model::BackupResponse& backup, std::string reason) {
  backup.status = Status::kFailed;
  backup.error = std::move(reason);
}

}  // namespace

BackupService::BackupService(Parts parts) : parts_(std::move(parts)) {}

BackupService::~BackupService() {
  Stop();
}

base::Status BackupService::Open() {
  std::vector<model::BackupResponse> interrupted;
  base::Status readable;
  PINION_CHECK(parts_.store.Scan({.prefix = storage::KeyWriter(storage::KeySpace::kBackup).Take()},
                                 [&](std::string_view, std::string_view value) {
                                   auto backup = model::Decode<model::BackupResponse>(value);
                                   if (!backup.ok()) {
                                     readable = backup.error();
                                     return false;
                                   }
                                   if (backup->status == Status::kRunning) {
                                     interrupted.push_back(*std::move(backup));
                                   }
                                   return true;
                                 }));
  PINION_CHECK(readable);
  for (model::BackupResponse& backup : interrupted) {
    Fail(backup, "The server ended before the backup was finished.");
    PINION_CHECK(Store(backup));
  }
  return {};
}

void BackupService::Stop() {
  stopping_.store(true);
  std::thread thread;
  {
    const std::lock_guard lock(begin_);
    thread = std::move(thread_);
  }
  if (thread.joinable()) {
    thread.join();
  }
}

base::Status BackupService::CheckTarget(const std::string& target) const {
  if (target.starts_with("s3://")) {
    return base::InvalidArgument("Member 'Target': only folders of this machine are supported.");
  }
  if (!target.starts_with('/') || target.size() > kTargetBytesMax) {
    return base::InvalidArgument(
        "Member 'Target': expected the absolute path of a folder, of at most 1024 bytes.");
  }
  std::error_code failure;
  const auto folder = std::filesystem::weakly_canonical(target, failure);
  const auto data = std::filesystem::weakly_canonical(parts_.data_dir, failure);
  if (IsWithin(folder, data)) {
    return base::InvalidArgument("Member 'Target': the folder must be outside the data directory.");
  }
  return {};
}

base::Status BackupService::Store(const model::BackupResponse& backup) {
  storage::WriteBatch batch;
  batch.Put(KeyOf(backup.id), model::ToJson(backup));
  PINION_CHECK(parts_.store.Apply(batch));
  return {};
}

base::Result<model::BackupResponse> BackupService::Begin(const std::string& target) {
  PINION_CHECK(CheckTarget(target));
  const std::lock_guard lock(begin_);
  if (running_) {
    return base::Conflict("A backup is running already.");
  }
  if (stopping_.load()) {
    return base::Unavailable("The server is stopping.");
  }
  model::BackupResponse backup;
  backup.id = parts_.ids.NewHexId();
  backup.status = Status::kRunning;
  backup.target = target;
  backup.started_at = parts_.wall_clock.Now();
  PINION_CHECK(Store(backup));
  if (thread_.joinable()) {
    thread_.join();
  }
  running_ = true;
  thread_ = std::thread([this, backup] { Run(backup); });
  return backup;
}

void BackupService::Run(model::BackupResponse backup) {
  const auto made = AddBackup(backup.target, parts_.store, [this] { return stopping_.load(); });
  backup.ended_at = parts_.wall_clock.Now();
  if (made.ok()) {
    backup.status = Status::kCompleted;
    backup.number = static_cast<int32_t>(made->number);
    backup.bytes = static_cast<int64_t>(made->bytes);
  } else {
    Fail(backup, made.error().message);
  }
  base::Log(made.ok() ? base::LogLevel::kInfo : base::LogLevel::kError,
            "backup",
            made.ok() ? "A backup is finished." : made.error().message,
            {{"id", backup.id}, {"target", backup.target}});
  const base::Status stored = Store(backup);
  if (!stored.ok()) {
    base::Log(base::LogLevel::kError, "backup", stored.error().message, {{"id", backup.id}});
  }
  const std::lock_guard lock(begin_);
  running_ = false;
}

base::Result<model::BackupResponse> BackupService::Get(const std::string& id) const {
  PINION_TRY(const auto stored, parts_.store.Get(KeyOf(id)));
  if (!stored) {
    return base::NotFound("Resource not found");
  }
  return model::Decode<model::BackupResponse>(*stored);
}

base::Result<base::Page<model::BackupResponse>> BackupService::List(
    const base::PageRequest& page) const {
  base::NewestFirst<model::BackupResponse> newest(page);
  base::Status readable;
  PINION_CHECK(parts_.store.Scan({.prefix = storage::KeyWriter(storage::KeySpace::kBackup).Take()},
                                 [&](std::string_view, std::string_view value) {
                                   auto backup = model::Decode<model::BackupResponse>(value);
                                   if (!backup.ok()) {
                                     readable = backup.error();
                                     return false;
                                   }
                                   newest.Offer(backup->started_at, backup->id, *backup);
                                   return true;
                                 }));
  PINION_CHECK(readable);
  return newest.Take();
}

}  // namespace pinion::server
