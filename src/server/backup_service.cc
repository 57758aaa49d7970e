#include "server/backup_service.h"

#include <algorithm>
#include <chrono>
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
// How often the schedule is looked at.
constexpr std::chrono::seconds kBetweenLooks{10};

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

void LogFailure(const model::BackupResponse& backup, const base::Status& status) {
  if (!status.ok()) {
    base::Log(base::LogLevel::kError, "backup", status.error().message, {{"id", backup.id}});
  }
}

}  // namespace

BackupService::BackupService(Parts parts, Automation automation)
    : parts_(std::move(parts)), automation_(std::move(automation)) {}

BackupService::~BackupService() {
  Stop();
}

base::Status BackupService::Open() {
  if (!automation_.schedule.empty()) {
    PINION_CHECK(CheckTarget("Key 'backup.target'", automation_.target));
  }
  const std::lock_guard lock(begin_);
  std::vector<model::BackupResponse> interrupted;
  base::Status readable;
  PINION_CHECK(parts_.store.Scan(
      {.prefix = storage::KeyWriter(storage::KeySpace::kBackup).Take()},
      [&](std::string_view, std::string_view value) {
        auto backup = model::Decode<model::BackupResponse>(value);
        if (!backup.ok()) {
          readable = backup.error();
          return false;
        }
        if (backup->scheduled.value_or(false) && backup->target == automation_.target) {
          last_due_ = std::max(last_due_.value_or(backup->started_at), backup->started_at);
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

void BackupService::Start() {
  if (!automation_.schedule.empty()) {
    schedule_thread_ = std::thread([this] { WatchSchedule(); });
  }
}

void BackupService::WatchSchedule() {
  std::unique_lock lock(begin_);
  while (!stopping_.load()) {
    lock.unlock();
    const auto begun = BeginDue();
    if (!begun.ok() && begun.error().code != base::Errc::kConflict) {
      base::Log(base::LogLevel::kError, "backup", begun.error().message);
    }
    lock.lock();
    stop_.wait_for(lock, kBetweenLooks, [this] { return stopping_.load(); });
  }
}

base::Result<bool> BackupService::BeginDue() {
  if (automation_.schedule.empty()) {
    return false;
  }
  const std::lock_guard lock(begin_);
  const base::Timestamp due = automation_.schedule.LatestDue(parts_.wall_clock.Now());
  if (last_due_ && *last_due_ >= due) {
    return false;
  }
  PINION_TRY(const auto backup, BeginLocked(automation_.target, Reason::kDue));
  last_due_ = backup.started_at;
  return true;
}

void BackupService::Stop() {
  std::thread thread;
  {
    const std::lock_guard lock(begin_);
    stopping_.store(true);
    thread = std::move(thread_);
  }
  stop_.notify_all();
  if (schedule_thread_.joinable()) {
    schedule_thread_.join();
  }
  if (thread.joinable()) {
    thread.join();
  }
}

base::Status BackupService::CheckTarget(std::string_view what, const std::string& target) const {
  const auto refuse = [&](std::string_view why) {
    return base::InvalidArgument(std::string(what) + ": " + std::string(why));
  };
  if (target.starts_with("s3://")) {
    return refuse(
        "backups to object storage are not supported yet; give a folder of this machine.");
  }
  if (!target.starts_with('/') || target.size() > kTargetBytesMax) {
    return refuse("expected the absolute path of a folder, of at most 1024 bytes.");
  }
  std::error_code failure;
  const auto folder = std::filesystem::weakly_canonical(target, failure);
  const auto data = std::filesystem::weakly_canonical(parts_.data_dir, failure);
  if (IsWithin(folder, data)) {
    return refuse("the folder must be outside the data directory.");
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
  PINION_CHECK(CheckTarget("Member 'Target'", target));
  const std::lock_guard lock(begin_);
  return BeginLocked(target, Reason::kAsked);
}

base::Result<model::BackupResponse> BackupService::BeginLocked(const std::string& target,
                                                               Reason reason) {
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
  if (reason == Reason::kDue) {
    backup.scheduled = true;
  }
  PINION_CHECK(Store(backup));
  if (thread_.joinable()) {
    thread_.join();
  }
  running_ = true;
  thread_ = std::thread([this, backup] { Run(backup); });
  return backup;
}

void BackupService::Run(model::BackupResponse backup) {
  const auto made =
      AddBackup(backup.target, parts_.store, parts_.buckets, [this] { return stopping_.load(); });
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
  if (made.ok() && backup.scheduled.value_or(false)) {
    LogFailure(backup, KeepNewestBackups(backup.target, automation_.keep));
  }
  LogFailure(backup, Store(backup));
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
