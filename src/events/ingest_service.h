// PutEvents (events-analytics.md section 2): takes what apps report, item by item. Endpoint
// updates, activity, accepted events and the marks against duplicates are one write; everything
// else that follows from an event is done by the consumers of the log. Thread-safe; calls for one
// application run one after the other.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audience/audience_service.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "events/idempotency_window.h"
#include "events/ingest_log.h"
#include "model/events.h"
#include "model/native_events.h"
#include "storage/key_value_store.h"
#include "timers/timer_service.h"

namespace pinion::events {

// Who reports, as far as it shows in endpoints and events.
struct IngestCaller {
  std::string request_id;
  // Of guests only (AUTH-50).
  std::string cognito_identity_pool_id = {};
  std::string cognito_id = {};
};

// Since the start of the process.
struct IngestCounters {
  uint64_t accepted = 0;
  uint64_t duplicates = 0;
  uint64_t refused = 0;
};

class IngestService {
 public:
  // All must outlive the service. Registers a timer's handler: before the timers start.
  IngestService(audience::AudienceService& audience,
                eventlog::EventLog& log,
                storage::KeyValueStore& store,
                timers::TimerService& timers,
                const base::Clock& clock);

  // The application must exist. kInvalidArgument when the request as a whole is wrong (EVT-2);
  // refusals of items are in the answer. Any other failure: nothing of the request is stored
  // (EVT-6).
  base::Result<model::EventsResponse> PutEvents(const base::AppId& app,
                                                const model::EventsRequest& request,
                                                const IngestCaller& caller);

  // The latest refusals, newest first (EVT-53); of one endpoint unless `endpoint_id` is empty.
  base::Result<std::vector<model::IngestRefusal>> Refusals(const base::AppId& app,
                                                           std::string_view endpoint_id) const {
    return ingest_log_.List(app, endpoint_id);
  }
  IngestCounters counters() const;

  // Adds the removal of what is stored here of an application; its events are the log's.
  void DeleteApp(const base::AppId& app, storage::WriteBatch& batch) const;

 private:
  class Request;

  audience::AudienceService& audience_;
  eventlog::EventLog& log_;
  const base::Clock& clock_;
  IdempotencyWindow window_;
  IngestLog ingest_log_;
  std::atomic<uint64_t> accepted_ = 0;
  std::atomic<uint64_t> duplicates_ = 0;
  std::atomic<uint64_t> refused_ = 0;
};

}  // namespace pinion::events
