// The times of day, in UTC, at which backups are due (`backup.schedule`). Immutable.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace pinion::server {

class BackupSchedule {
 public:
  // Never.
  BackupSchedule() = default;
  // `HH:MM` each; nothing when one is not that.
  static std::optional<BackupSchedule> Parse(const std::vector<std::string>& times);

  bool empty() const { return times_.empty(); }
  // The latest instant, up to `now`, at which a backup was due. Not of an empty schedule.
  base::Timestamp LatestDue(base::Timestamp now) const;

 private:
  std::vector<std::chrono::minutes> times_;  // since midnight, in order
};

}  // namespace pinion::server
