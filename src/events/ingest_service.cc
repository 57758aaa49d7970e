#include "events/ingest_service.h"

#include <algorithm>
#include <optional>
#include <span>
#include <unordered_set>
#include <utility>

#include "audience/endpoint_identity.h"
#include "audience/endpoint_response.h"
#include "base/utf8.h"
#include "events/limits.h"
#include "events/reported_event.h"
#include "model/codec.h"

namespace pinion::events {
namespace {

using audience::EndpointRecord;
using audience::Facet;
using eventlog::Event;

constexpr int32_t kAcceptedCode = 202;
constexpr int32_t kRefusedCode = 400;
// Of an id that is refused for its length, this much shows in the ingest log.
constexpr size_t kLoggedIdCharactersMax = 256;

template <class Response>
Response Accepted() {
  Response response;
  response.status_code = kAcceptedCode;
  response.message = "Accepted";
  return response;
}

template <class Response>
Response Refused(const base::Error& error) {
  Response response;
  response.status_code = kRefusedCode;
  response.message = error.message;
  return response;
}

struct ReportedEvent {
  const std::string* id = nullptr;
  base::Result<Event> event;
};

// What one endpoint reports, read and judged as far as that goes without the store.
struct ReportedItem {
  const std::string* id = nullptr;
  std::optional<base::Error> id_error;
  base::Result<model::EndpointRequest> endpoint = model::EndpointRequest();
  std::vector<ReportedEvent> events;
};

base::Result<model::EndpointRequest> ReadEndpoint(const std::optional<model::RawJson>& endpoint) {
  if (!endpoint.has_value()) {
    return model::EndpointRequest();
  }
  PINION_TRY(model::PublicEndpoint update, model::Decode<model::PublicEndpoint>(endpoint->text));
  return audience::ToEndpointRequest(std::move(update));
}

ReportedItem ReadItem(const std::string& id, const model::UncheckedEventsBatch& batch) {
  ReportedItem item;
  item.id = &id;
  if (const auto violation = audience::EndpointIdViolation(id)) {
    item.id_error = base::InvalidArgument(std::string(*violation));
  }
  item.endpoint = ReadEndpoint(batch.endpoint);
  if (batch.events.has_value()) {
    item.events.reserve(batch.events->size());
    for (const auto& [event_id, json] : *batch.events) {
      item.events.push_back({&event_id, ReadReportedEvent(event_id, json.text)});
    }
  }
  return item;
}

size_t CountEvents(const model::EventsRequest& request) {
  size_t count = 0;
  for (const auto& [id, batch] : request.batch_item) {
    count += batch.events.has_value() ? batch.events->size() : 0;
  }
  return count;
}

void AddFact(std::string_view name, const std::string& value, Event& event) {
  if (!value.empty()) {
    event.facts.emplace_back(name, value);
  }
}

}  // namespace

// One call, from its items to its answer.
class IngestService::Request {
 public:
  Request(IngestService& service, const base::AppId& app, const IngestCaller& caller)
      : service_(service), app_(app), caller_(caller) {}

  // Without the store, so that it holds nobody up.
  void ReadItems(const model::EventsRequest& request);
  base::Result<model::EventsResponse> Apply();

 private:
  // A candidate for the log: it is sound, but may be a duplicate.
  struct Candidate {
    Event event;
    std::string identity;
    const std::string* endpoint_id;
  };

  base::Status ApplyItem(audience::AudienceTransaction& audience, ReportedItem& item);
  base::Status UpdateEndpoint(audience::AudienceTransaction& audience,
                              ReportedItem& item,
                              model::ItemResponse& response);
  void RefuseItem(const ReportedItem& item, model::ItemResponse& response);
  void Complete(const EndpointRecord& endpoint, Event& event) const;
  void Refuse(const std::string& endpoint_id,
              const std::string* event_id,
              const base::Error& error);
  base::Status DropDuplicates();
  base::Status TouchEndpoints(audience::AudienceTransaction& audience) const;
  base::Status Store(audience::AudienceTransaction& audience);

  IngestService& service_;
  const base::AppId& app_;
  const IngestCaller& caller_;
  std::vector<ReportedItem> items_;

  base::Timestamp now_;
  std::vector<Candidate> candidates_;
  std::vector<model::IngestRefusal> refusals_;
  size_t duplicates_ = 0;
  model::EventsResponse response_;
};

void IngestService::Request::ReadItems(const model::EventsRequest& request) {
  items_.reserve(request.batch_item.size());
  for (const auto& [id, batch] : request.batch_item) {
    items_.push_back(ReadItem(id, batch));
  }
}

base::Result<model::EventsResponse> IngestService::Request::Apply() {
  response_.results.emplace();
  if (items_.empty()) {
    return std::move(response_);
  }
  PINION_TRY(audience::AudienceTransaction audience, service_.audience_.Begin(app_));
  // Read under the application's lock: its events arrive in the order of the log (EVT-24).
  now_ = service_.clock_.Now();
  for (ReportedItem& item : items_) {
    PINION_CHECK(ApplyItem(audience, item));
  }
  PINION_CHECK(DropDuplicates());
  PINION_CHECK(TouchEndpoints(audience));
  PINION_CHECK(Store(audience));
  service_.accepted_ += candidates_.size();
  service_.duplicates_ += duplicates_;
  service_.refused_ += refusals_.size();
  return std::move(response_);
}

base::Status IngestService::Request::ApplyItem(audience::AudienceTransaction& audience,
                                               ReportedItem& item) {
  model::ItemResponse& response = response_.results->Append(*item.id, {});
  response.events_item_response.emplace().reserve(item.events.size());
  if (item.id_error.has_value()) {
    RefuseItem(item, response);
    return {};
  }
  PINION_CHECK(UpdateEndpoint(audience, item, response));
  if (item.events.empty()) {
    return {};
  }
  PINION_TRY(const std::optional<EndpointRecord> endpoint, audience.Read(*item.id));
  if (!endpoint.has_value()) {
    return base::Internal("an endpoint is not there after its update");
  }
  const EventIdentity identity(audience::EndpointKey(*item.id));
  for (ReportedEvent& reported : item.events) {
    if (!reported.event.ok()) {
      const base::Error& error = reported.event.error();
      response.events_item_response->Append(*reported.id, Refused<model::EventItemResponse>(error));
      Refuse(*item.id, reported.id, error);
      continue;
    }
    response.events_item_response->Append(*reported.id, Accepted<model::EventItemResponse>());
    Event event = *std::move(reported.event);
    Complete(*endpoint, event);
    std::string mark = identity.Of(event.event_id, event.event_type, event.reported_at);
    candidates_.push_back({std::move(event), std::move(mark), item.id});
  }
  return {};
}

base::Status IngestService::Request::UpdateEndpoint(audience::AudienceTransaction& audience,
                                                    ReportedItem& item,
                                                    model::ItemResponse& response) {
  const audience::UpsertOptions options{.origin = audience::UpdateOrigin::kEvents,
                                        .request_id = caller_.request_id};
  base::Status status;
  if (item.endpoint.ok()) {
    status = [&]() -> base::Status {
      PINION_CHECK(audience.Upsert(*item.id, *item.endpoint, options));
      return {};
    }();
  } else {
    status = item.endpoint.error();
  }
  if (status.ok()) {
    response.endpoint_item_response = Accepted<model::EndpointItemResponse>();
    return {};
  }
  if (status.error().code != base::Errc::kInvalidArgument) {
    return status;
  }
  response.endpoint_item_response = Refused<model::EndpointItemResponse>(status.error());
  Refuse(*item.id, nullptr, status.error());
  // An unknown endpoint is made, so that its events have an owner; a known one stays as it is
  // (EVT-5).
  PINION_CHECK(audience.Upsert(*item.id, model::EndpointRequest(), options));
  return {};
}

void IngestService::Request::RefuseItem(const ReportedItem& item, model::ItemResponse& response) {
  const base::Error& error = *item.id_error;
  response.endpoint_item_response = Refused<model::EndpointItemResponse>(error);
  Refuse(*item.id, nullptr, error);
  for (const ReportedEvent& reported : item.events) {
    response.events_item_response->Append(*reported.id, Refused<model::EventItemResponse>(error));
    Refuse(*item.id, reported.id, error);
  }
}

// Adds what the report does not say itself: who, when, and the facts of the device (STR-22).
void IngestService::Request::Complete(const EndpointRecord& endpoint, Event& event) const {
  event.endpoint_id = endpoint.id;
  event.user_id = endpoint.user_id;
  event.arrived_at = now_;
  AddFact("version_name", endpoint.facet(Facet::kAppVersion), event);
  AddFact("make", endpoint.facet(Facet::kMake), event);
  AddFact("model", endpoint.facet(Facet::kModel), event);
  AddFact("platform", endpoint.facet(Facet::kPlatform), event);
  AddFact("platform_version", endpoint.facet(Facet::kPlatformVersion), event);
  AddFact("locale", endpoint.facet(Facet::kLocale), event);
  AddFact("cognito_identity_pool_id", caller_.cognito_identity_pool_id, event);
  AddFact("cognito_id", caller_.cognito_id, event);
}

void IngestService::Request::Refuse(const std::string& endpoint_id,
                                    const std::string* event_id,
                                    const base::Error& error) {
  model::IngestRefusal refusal;
  refusal.at = now_;
  refusal.endpoint_id = base::FirstCodePoints(endpoint_id, kLoggedIdCharactersMax);
  if (event_id != nullptr) {
    refusal.event_id = std::string(base::FirstCodePoints(*event_id, kLoggedIdCharactersMax));
  }
  refusal.message = error.message;
  refusals_.push_back(std::move(refusal));
}

// Duplicates of earlier requests, and of this one: two keys may spell one endpoint (AUD-2).
base::Status IngestService::Request::DropDuplicates() {
  if (candidates_.empty()) {
    return {};
  }
  std::vector<std::string> identities;
  identities.reserve(candidates_.size());
  for (const Candidate& candidate : candidates_) {
    identities.push_back(candidate.identity);
  }
  PINION_TRY(const std::vector<bool> known, service_.window_.WereAccepted(app_, identities, now_));
  std::unordered_set<std::string_view> met;
  size_t kept = 0;
  for (size_t i = 0; i < candidates_.size(); ++i) {
    const bool is_new = met.insert(identities[i]).second;
    if (known[i] || !is_new) {
      ++duplicates_;
    } else if (kept++ != i) {
      candidates_[kept - 1] = std::move(candidates_[i]);
    }
  }
  candidates_.erase(candidates_.begin() + static_cast<std::ptrdiff_t>(kept), candidates_.end());
  return {};
}

// Candidates of one endpoint follow each other, so each endpoint is touched once.
base::Status IngestService::Request::TouchEndpoints(audience::AudienceTransaction& audience) const {
  for (auto from = candidates_.begin(); from != candidates_.end();) {
    base::Timestamp latest = from->event.event_time();
    auto to = from;
    for (; to != candidates_.end() && to->endpoint_id == from->endpoint_id; ++to) {
      latest = std::max(latest, to->event.event_time());
    }
    PINION_CHECK(audience.TouchActivity(*from->endpoint_id, latest));
    from = to;
  }
  return {};
}

base::Status IngestService::Request::Store(audience::AudienceTransaction& audience) {
  storage::WriteBatch& batch = audience.batch();
  std::vector<Event> events;
  std::vector<std::string> identities;
  events.reserve(candidates_.size());
  identities.reserve(candidates_.size());
  for (Candidate& candidate : candidates_) {
    events.push_back(std::move(candidate.event));
    identities.push_back(std::move(candidate.identity));
  }
  PINION_CHECK(service_.ingest_log_.Add(app_, refusals_, batch));
  service_.window_.Mark(app_, identities, now_, batch);
  const eventlog::EventLog::Append append = service_.log_.Add(app_, events, batch);
  PINION_CHECK(audience.Commit());
  if (!identities.empty()) {
    service_.window_.Applied(now_);
  }
  return {};
}

IngestService::IngestService(audience::AudienceService& audience,
                             eventlog::EventLog& log,
                             storage::KeyValueStore& store,
                             timers::TimerService& timers,
                             const base::Clock& clock)
    : audience_(audience), log_(log), clock_(clock), window_(store, timers), ingest_log_(store) {}

base::Result<model::EventsResponse> IngestService::PutEvents(const base::AppId& app,
                                                             const model::EventsRequest& request,
                                                             const IngestCaller& caller) {
  if (CountEvents(request) > kEventsPerRequestMax) {
    return base::InvalidArgument("A request must not hold more than " +
                                 std::to_string(kEventsPerRequestMax) + " events");
  }
  Request call(*this, app, caller);
  call.ReadItems(request);
  base::Result<model::EventsResponse> response = call.Apply();
  if (response.ok() || response.error().code == base::Errc::kNotFound) {
    return response;
  }
  // Whatever it is called below, it is not the caller's doing (EVT-6).
  return base::Internal("The events could not be stored: " + response.error().message);
}

IngestCounters IngestService::counters() const {
  return {.accepted = accepted_, .duplicates = duplicates_, .refused = refused_};
}

void IngestService::DeleteApp(const base::AppId& app, storage::WriteBatch& batch) const {
  IngestLog::DeleteApp(app, batch);
  IdempotencyWindow::DeleteApp(app, clock_.Now(), batch);
}

}  // namespace pinion::events
