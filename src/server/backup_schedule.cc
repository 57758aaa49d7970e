#include "server/backup_schedule.h"

#include <algorithm>

#include "base/assert.h"
#include "base/time_of_day.h"

namespace pinion::server {

std::optional<BackupSchedule> BackupSchedule::Parse(const std::vector<std::string>& times) {
  BackupSchedule schedule;
  for (const std::string& text : times) {
    const auto time = base::ParseTimeOfDay(text);
    if (!time) {
      return std::nullopt;
    }
    schedule.times_.push_back(*time);
  }
  std::sort(schedule.times_.begin(), schedule.times_.end());
  return schedule;
}

base::Timestamp BackupSchedule::LatestDue(base::Timestamp now) const {
  PINION_ASSERT(!times_.empty());
  const base::Timestamp today = std::chrono::floor<std::chrono::days>(now);
  const auto later = std::upper_bound(times_.begin(), times_.end(), now - today);
  return later == times_.begin() ? today - std::chrono::days(1) + times_.back()
                                 : today + *std::prev(later);
}

}  // namespace pinion::server
