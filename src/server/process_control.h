// The process as the operations see it: its facts (OPS-11) and its clock. Thread-safe.
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "api/system_control.h"
#include "base/clock.h"
#include "base/work_tracker.h"
#include "storage/key_value_store.h"
#include "timers/timer_service.h"

namespace pinion::server {

// The number in FORMAT: what this program reads and writes.
inline constexpr int32_t kDataFormat = 1;

struct ProcessFacts {
  std::string version;
  std::string commit;
  std::string auth_mode;  // "signed" or "none"
  std::string region;
  std::string account_id;
  std::string data_dir;  // "" when the store is in memory
};

class ProcessControl final : public api::SystemControl {
 public:
  // All must outlive this.
  struct Parts {
    storage::KeyValueStore& store;
    const base::Clock& clock;
    base::ManualClock* manual_clock;  // null with the system clock
    const base::Clock& wall_clock;
    timers::TimerService& timers;
    base::WorkTracker& work;
    std::function<base::Status()> resume_sending;
  };
  ProcessControl(const ProcessFacts& facts, const Parts& parts);

  base::Result<model::SystemResponse> Describe() const override;
  base::Timestamp Now() const override { return parts_.clock.Now(); }
  base::Result<base::Timestamp> AdvanceClock(std::chrono::seconds by) override;
  bool IsSendingHeld() const override;
  base::Status ResumeSending() override { return parts_.resume_sending(); }

 private:
  const ProcessFacts facts_;
  const Parts parts_;
  const base::Timestamp started_at_;
  std::mutex advance_;  // one at a time
};

// Where a manual clock stood when the server last moved it; nothing if it never did. A manual clock
// starts there, so that time does not go back.
base::Result<std::optional<base::Timestamp>> StoredManualTime(const storage::Reader& store);

}  // namespace pinion::server
