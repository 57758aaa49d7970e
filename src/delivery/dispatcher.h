// Hands queued messages to their transports and stores what becomes of them. One thread walks the
// lanes; a message is handed over only after it is durable, and its outcome, its events and its
// removal from the outbox are one batch. What was with a transport when the process died is handed
// over again with the same Message-ID (CMP-1303, CHN-131). Retries are durable timers (CHN-120); a
// lane whose transport keeps failing rests and is probed (CHN-133). Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/random.h"
#include "base/result.h"
#include "base/work_tracker.h"
#include "delivery/message_log.h"
#include "delivery/outbox.h"
#include "delivery/transport_registry.h"
#include "eventlog/event_log.h"
#include "storage/group_commit.h"
#include "storage/key_value_store.h"
#include "timers/timer_service.h"

namespace pinion::delivery {

// Looks at a stored recipient once more, directly before a hand-over (CMP-602). The answer is why
// nothing may be sent to it any more, or nothing.
using RecipientGuard = std::function<std::optional<std::string>(const base::AppId& app,
                                                                const std::string& endpoint_id)>;

class Dispatcher {
 public:
  struct Dependencies {
    storage::KeyValueStore& store;
    storage::GroupCommit& group_commit;
    const base::Clock& clock;
    base::RandomSource& random;
    base::WorkTracker& work;
    timers::TimerService& timers;
    eventlog::EventLog& events;
    TransportRegistry& transports;
    RecipientGuard guard;
  };

  // Registers its timers; everything must outlive it.
  explicit Dispatcher(Dependencies dependencies);
  ~Dispatcher();

  // Takes up every lane that has rows, and starts its thread.
  base::Status Start();
  // Hands nothing over any more and stores the outcomes that are still coming in.
  void Stop();

  // Rows have been put into the lane's outbox and applied.
  void Wake(const Lane& lane);

  // Takes rows out of the outbox for good (OPS-63). Answers those that were with their transport
  // already: what becomes of them is still stored, and a retry may follow. All others are handed
  // over no more.
  base::Result<std::vector<OutboxRow>> Withdraw(const std::vector<OutboxRow>& rows);
  // Whether the message is with its transport.
  bool IsInFlight(const Lane& lane, const base::MessageId& id) const;

  // Rows handed over and not yet answered, for metrics.
  size_t in_flight() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinion::delivery
