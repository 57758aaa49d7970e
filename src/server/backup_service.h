// Backups of the running server (OPS-12), one at a time, on a thread of their own: those that
// somebody asks for, and those that a schedule makes due by the wall clock. A backup that fell due
// while the server was down, and the first of a schedule, are made at once. What became of each is
// in the store. Thread-safe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "api/backup_control.h"
#include "base/clock.h"
#include "base/ids.h"
#include "server/backup_schedule.h"
#include "storage/rocks_store.h"

namespace pinion::server {

class BackupService final : public api::BackupControl {
 public:
  struct Parts {
    storage::RocksStore& store;
    base::IdGenerator& ids;
    const base::Clock& wall_clock;
    std::string data_dir;
    std::string buckets;  // the folder of local buckets
  };
  struct Automation {
    BackupSchedule schedule = {};
    std::string target = {};
    // How many backups stay in the target after one that was due.
    size_t keep = 0;
  };
  // All must outlive it.
  explicit BackupService(Parts parts) : BackupService(std::move(parts), {}) {}
  BackupService(Parts parts, Automation automation);
  ~BackupService() override;

  // A backup that ran when the process ended has failed. kInvalidArgument when backups are due but
  // cannot go to their target.
  base::Status Open();
  // What is due is made from now on.
  void Start();
  // Begins the backup that is due, if one is; tells whether it did.
  base::Result<bool> BeginDue();
  // A backup that runs is given up.
  void Stop();

  base::Result<model::BackupResponse> Begin(const std::string& target) override;
  base::Result<model::BackupResponse> Get(const std::string& id) const override;
  base::Result<base::Page<model::BackupResponse>> List(
      const base::PageRequest& page) const override;

 private:
  // `what` names the target in the message.
  base::Status CheckTarget(std::string_view what, const std::string& target) const;
  enum class Reason { kAsked, kDue };
  base::Result<model::BackupResponse> BeginLocked(const std::string& target, Reason reason);
  void WatchSchedule();
  base::Status Store(const model::BackupResponse& backup);
  void Run(model::BackupResponse backup);

  const Parts parts_;
  const Automation automation_;
  std::atomic<bool> stopping_{false};
  std::mutex begin_;
  std::condition_variable stop_;
  std::optional<base::Timestamp>
      last_due_;          // when the latest that was due began; guarded by begin_
  bool running_ = false;  // guarded by begin_
  std::thread thread_;    // guarded by begin_
  std::thread schedule_thread_;
};

}  // namespace pinion::server
