// The instants at which a schedule comes due again: StartTime and whole periods after it (CMP-351,
// CMP-352). Values; pure.
#pragma once

#include <optional>

#include "base/clock.h"
#include "campaigns/campaign_schedule.h"
#include "model/campaigns.h"

namespace pinion::campaigns {

class Recurrence {
 public:
  // `start` is the instant of the schedule's StartTime. Frequency ONCE has one occurrence.
  Recurrence(const model::Schedule& schedule, base::Timestamp start);

  // Occurrence `k`, 0 or more. Instants grow with k.
  base::Timestamp At(int64_t k) const;
  // The first occurrence later than `at`.
  std::optional<base::Timestamp> FirstAfter(base::Timestamp at) const;
  // The last one that is not later than `at`.
  std::optional<base::Timestamp> LastUntil(base::Timestamp at) const;

 private:
  // The greatest k whose occurrence is not later than `at`; -1 if there is none.
  int64_t IndexUntil(base::Timestamp at) const;

  model::Frequency frequency_;
  base::Timestamp start_;
  Zone zone_;
  // What the zone's clocks show at StartTime, as it was written (CMP-307 moves single occurrences).
  templates::WallClock wall_clock_;
};

}  // namespace pinion::campaigns
