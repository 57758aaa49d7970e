// Removes audit records that are older than they are kept (OPS-62), once a day by the domain's
// clock; their age is judged by the wall clock, which they are written by. Called by the timer
// service.
#pragma once

#include <chrono>
#include <cstddef>

#include "audit/audit_log.h"
#include "base/clock.h"
#include "base/result.h"
#include "storage/key_value_store.h"
#include "timers/timer_service.h"

namespace pinion::server {

class AuditRetention final : public timers::TimerHandler {
 public:
  struct Parts {
    storage::KeyValueStore& store;
    audit::AuditLog& log;
    const base::Clock& clock;
    const base::Clock& wall_clock;
    timers::TimerService& timers;
  };
  // All must outlive this. Registers itself with the timers.
  AuditRetention(const Parts& parts, std::chrono::days kept);

  // Sets the next timer, if it is not set already.
  base::Status Start();

  base::Status OnTimer(const timers::Timer& timer, storage::WriteBatch& batch) override;

 private:
  const Parts parts_;
  const std::chrono::days kept_;
};

}  // namespace pinion::server
