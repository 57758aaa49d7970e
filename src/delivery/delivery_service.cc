#include "delivery/delivery_service.h"

#include "delivery/message_log.h"
#include "delivery/outcome.h"
#include "delivery/sandbox/simulator.h"
#include "delivery/wire_address.h"

namespace pinion::delivery {
namespace {

// No transport needs to be asked.
Outcome Undeliverable(const base::Error& error) {
  Outcome outcome;
  outcome.kind = Outcome::Kind::kFailed;
  outcome.status_code = 400;
  outcome.status_message = error.message;
  outcome.record_status = "INVALID";
  return outcome;
}

// What the message log shows instead of the text.
std::string WithoutHidden(std::string text, std::string_view hidden) {
  for (size_t at = text.find(hidden); at != std::string::npos; at = text.find(hidden, at)) {
    text.replace(at, hidden.size(), hidden.size(), '*');
  }
  return text;
}

}  // namespace

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
  const auto address = WireAddress(record.channel, record.address);
  if (address.ok()) {
    record.address = *address;
  }
  if (transport == nullptr || !address.ok()) {
    record.transport = transport == nullptr ? "sandbox" : std::string(transport->type());
    record.attempts = address.ok() ? 1 : 0;
    if (address.ok()) {
      record.handed_over_at = now;
    }
    const Outcome outcome = address.ok() ? sandbox::Decide(record.channel, record.address)
                                         : Undeliverable(address.error());
    ApplyOutcome(outcome, now, record);
    MessageLog::Add(message, batch);
    AppendOutcomeEvents(message, outcome, now, events);
    return record.status;
  }
  record.transport = transport->type();
  if (message.content.sms && !message.content.hidden.empty()) {
    message.content.body = WithoutHidden(message.content.sms->body, message.content.hidden);
  }
  record.status = MessageStatus::kQueued;
  record.history.push_back({.status = MessageStatus::kQueued, .at = now, .detail = ""});
  MessageLog::Add(message, batch);
  Outbox::Put({.lane = lane, .priority = priority, .id = record.id}, batch);
  return record.status;
}

}  // namespace pinion::delivery
