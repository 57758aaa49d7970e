// Backups of the running server (OPS-12), one at a time, on a thread of their own. What became of
// each is in the store. Thread-safe.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

#include "api/backup_control.h"
#include "base/clock.h"
#include "base/ids.h"
#include "storage/rocks_store.h"

namespace pinion::server {

class BackupService final : public api::BackupControl {
 public:
  struct Parts {
    storage::RocksStore& store;
    base::IdGenerator& ids;
    const base::Clock& wall_clock;
    std::string data_dir;
  };
  // All must outlive it.
  explicit BackupService(Parts parts);
  ~BackupService() override;

  // A backup that ran when the process ended has failed.
  base::Status Open();
  // A backup that runs is given up.
  void Stop();

  base::Result<model::BackupResponse> Begin(const std::string& target) override;
  base::Result<model::BackupResponse> Get(const std::string& id) const override;
  base::Result<base::Page<model::BackupResponse>> List(
      const base::PageRequest& page) const override;

 private:
  base::Status CheckTarget(const std::string& target) const;
  base::Status Store(const model::BackupResponse& backup);
  void Run(model::BackupResponse backup);

  const Parts parts_;
  std::atomic<bool> stopping_{false};
  std::mutex begin_;
  bool running_ = false;  // guarded by begin_
  std::thread thread_;    // guarded by begin_
};

}  // namespace pinion::server
