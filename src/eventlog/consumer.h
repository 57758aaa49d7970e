// A reader of the event log with a durable cursor. Its effects and its cursor are one write batch,
// so each event has its effect exactly once whatever crashes. ConsumerGroup runs every consumer on
// a thread of its own.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/work_tracker.h"
#include "eventlog/event_log.h"

namespace pinion::eventlog {

inline constexpr size_t kConsumerBatchMax = 512;

// Consume is called on the consumer's thread only, with at most batch_max() events.
class Consumer {
 public:
  virtual ~Consumer() = default;
  // Names the cursor in the store; never changes.
  virtual std::string_view name() const = 0;
  // For a consumer whose effects live outside the store: where it is, kept together with them, so
  // that both are one transaction over there. Asked once, at Start. Nothing: the cursor is kept in
  // the store.
  virtual base::Result<std::optional<Position>> OwnPosition() { return std::optional<Position>(); }
  // How many events it takes at a time, and how long, in real time, the group waits for that many
  // to come together while nobody waits for the consumer.
  virtual size_t batch_max() const { return kConsumerBatchMax; }
  virtual std::chrono::milliseconds gather_time() const { return std::chrono::milliseconds{0}; }
  // Adds the effects of `events` to `batch`; the cursor is added by the caller. A failure is logged
  // and the same events come again after a second of real time.
  virtual base::Status Consume(std::span<const LoggedEvent> events, storage::WriteBatch& batch) = 0;
  // The batch has been applied.
  virtual void OnApplied() {}
};

struct ConsumerLag {
  std::string consumer;
  Position cursor = 0;
  uint64_t events = 0;  // behind the cursor
};

struct ConsumerOptions {
  // Real time until events that a consumer failed on come to it again.
  std::chrono::milliseconds retry_delay{1000};
};

// The work tracker is not quiet from the moment when events are added to a batch until every
// consumer has taken them.
class ConsumerGroup {
 public:
  // All must outlive the group.
  ConsumerGroup(EventLog& log,
                storage::KeyValueStore& store,
                base::WorkTracker& work,
                ConsumerOptions options = {});
  ~ConsumerGroup();

  // Before Start. A consumer without a cursor begins at the oldest event. `consumer` must outlive
  // the group.
  void Register(Consumer& consumer);
  // Fails when the cursors cannot be read.
  base::Status Start();
  // Consumers finish the events they hold; cursors stay where they are.
  void Stop();
  // Whether `consumer` has taken everything up to `position`; waits for that, at most so long.
  // Until then it does not wait for further events to come together.
  bool WaitFor(std::string_view consumer, Position position, std::chrono::milliseconds at_most);
  // Events between each consumer's cursor and the end of the log, for metrics.
  uint64_t Lag(std::string_view consumer) const;
  std::vector<ConsumerLag> Lags() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinion::eventlog
