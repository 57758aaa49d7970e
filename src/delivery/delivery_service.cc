#include "delivery/delivery_service.h"

#include "delivery/message_log.h"
#include "delivery/outcome.h"
#include "delivery/sandbox/simulator.h"

namespace pinion::delivery {

base::Result<MessageStatus> DeliveryService::Submit(Message& message,
                                                    Priority priority,
                                                    storage::WriteBatch& batch,
                                                    std::vector<eventlog::Event>& events) {
  MessageRecord& record = message.record;
  const Lane lane{.app = message.app, .channel = record.channel};
  PINION_TRY(const std::shared_ptr<Transport> transport, transports_.Find(lane));
  const base::Timestamp now = clock_.Now();
  record.created_at = now;
  record.updated_at = now;
  if (transport == nullptr) {
    record.transport = "sandbox";
    record.attempts = 1;
    const Outcome outcome = sandbox::Decide(record.channel, record.address);
    ApplyOutcome(outcome, now, record);
    MessageLog::Add(message, batch);
    AppendOutcomeEvents(message, outcome, now, events);
    return record.status;
  }
  record.transport = transport->type();
  record.status = MessageStatus::kQueued;
  record.history.push_back({.status = MessageStatus::kQueued, .at = now, .detail = ""});
  MessageLog::Add(message, batch);
  Outbox::Put({.lane = lane, .priority = priority, .id = record.id}, batch);
  return record.status;
}

}  // namespace pinion::delivery
