// Stores what transports answered: the message's new state, its events, and either its removal from
// the outbox or the timer of its next attempt, all in one batch per group of answers. Used by the
// dispatcher's thread only.
#pragma once

#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "delivery/message.h"
#include "delivery/outbox.h"
#include "eventlog/event_log.h"
#include "storage/key_value_store.h"

namespace pinion::delivery {

constexpr std::string_view kRetryTimer = "outbox.retry";

struct Answer {
  OutboxRow row;
  Message message;
  Outcome outcome;
};

// How long to wait before the attempt that follows attempt number `attempts`, without jitter
// (CHN-120).
std::chrono::milliseconds RetryDelay(uint32_t attempts);

class AnswerWriter {
 public:
  AnswerWriter(storage::KeyValueStore& store,
               const base::Clock& clock,
               base::RandomSource& random,
               eventlog::EventLog& events)
      : store_(store), clock_(clock), random_(random), events_(events) {}

  // On failure nothing is stored and the same answers may be written again. Timers may have been
  // set.
  base::Status Write(const std::vector<Answer>& answers);

 private:
  void AddAnswer(const Answer& answer,
                 base::Timestamp now,
                 storage::WriteBatch& batch,
                 std::vector<eventlog::Event>& events);

  storage::KeyValueStore& store_;
  const base::Clock& clock_;
  base::RandomSource& random_;
  eventlog::EventLog& events_;
};

}  // namespace pinion::delivery
