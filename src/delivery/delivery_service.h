// Takes a composed message into Pinion's care: from here on it is in the message log, and on its
// way. Thread-safe.
#pragma once

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "delivery/message.h"
#include "delivery/outbox.h"
#include "delivery/transport_registry.h"
#include "eventlog/event.h"
#include "storage/key_value_store.h"

namespace pinion::delivery {

class DeliveryService {
 public:
  // Both must outlive it.
  DeliveryService(TransportRegistry& transports, const base::Clock& clock)
      : transports_(transports), clock_(clock) {}

  // Addresses that nothing may be sent to, whoever has them (OPS-63); before the first message.
  using Refusal = std::function<bool(const base::AppId& app, std::string_view address)>;
  void SetRefusal(Refusal is_refused) { is_refused_ = std::move(is_refused); }
  bool IsRefused(const base::AppId& app, std::string_view address) const {
    return is_refused_ && is_refused_(app, address);
  }

  // Adds the message to `batch`; its address becomes what goes on the wire, and one that nothing
  // can be sent to ends it as FAILED. On the sandbox its outcome is part of the same batch and its
  // events are appended to `events`, which the caller adds to the event log in the same batch; so
  // hand-over and record are one write (CMP-1303). Otherwise the message is queued: call
  // Dispatcher::Wake with its lane once the batch has been applied. Sets the record's transport,
  // status, times and history; the answer is the status.
  base::Result<MessageStatus> Submit(Message& message,
                                     Priority priority,
                                     storage::WriteBatch& batch,
                                     std::vector<eventlog::Event>& events);

 private:
  TransportRegistry& transports_;
  const base::Clock& clock_;
  Refusal is_refused_;
};

}  // namespace pinion::delivery
