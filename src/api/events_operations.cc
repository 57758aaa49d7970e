#include "api/register_operations.h"
#include "model/events.h"
#include "model/native_events.h"

namespace pinion::api {

namespace {

base::Result<model::EventsResponse> PutEvents(Call& call, const model::PutEventsRequest& request) {
  return call.services.ingest.PutEvents(
      base::AppId(request.application_id), request.body, {.request_id = call.request_id()});
}

base::Result<model::ListEventsResponse> ListEvents(Call& call,
                                                   const model::ListEventsRequest& request) {
  PINION_TRY(const events::EventFilter filter, events::ReadEventFilter(request));
  const auto text = [](const std::optional<std::string>& value) { return value.value_or(""); };
  std::vector<std::string> filters = {text(request.endpoint_id),
                                      text(request.user_id),
                                      text(request.campaign_id),
                                      text(request.journey_id),
                                      text(request.message_id),
                                      text(request.origin),
                                      text(request.from),
                                      text(request.to),
                                      text(request.order)};
  filters.insert(filters.end(), filter.event_types.begin(), filter.event_types.end());
  PINION_TRY(const auto page, call.Page(request.page_size, request.token, filters));
  PINION_TRY(auto listed,
             call.services.events.List(base::AppId(request.application_id), filter, page));
  model::ListEventsResponse response;
  response.items = std::move(listed.items);
  response.next_token = call.NextToken(listed.next, filters);
  return response;
}

base::Result<model::ListEventTypesResponse> ListEventTypes(
    Call& call, const model::ListEventTypesRequest& request) {
  model::ListEventTypesResponse response;
  PINION_TRY(response.items, call.services.event_types.List(base::AppId(request.application_id)));
  return response;
}

base::Result<model::IngestLogResponse> GetIngestLog(Call& call,
                                                    const model::GetIngestLogRequest& request) {
  model::IngestLogResponse response;
  PINION_TRY(response.items,
             call.services.ingest.Refusals(base::AppId(request.application_id),
                                           request.endpoint_id.value_or("")));
  return response;
}

base::Result<model::EventStream> PutEventStream(Call& call,
                                                const model::PutEventStreamRequest& request) {
  return call.services.event_streams.Put(
      base::AppId(request.application_id), request.body, call.principal().arn);
}

base::Result<model::EventStream> GetEventStream(Call& call,
                                                const model::GetEventStreamRequest& request) {
  return call.services.event_streams.Get(base::AppId(request.application_id));
}

base::Result<model::EventStream> DeleteEventStream(Call& call,
                                                   const model::DeleteEventStreamRequest& request) {
  return call.services.event_streams.Delete(base::AppId(request.application_id));
}

base::Result<model::SinkStatus> GetSinkStatus(Call& call,
                                              const model::GetSinkStatusRequest& request) {
  return call.services.event_streams.Status(base::AppId(request.application_id), request.sink_name);
}

}  // namespace

void RegisterEventsOperations(OperationTable& table) {
  table.Add<model::ops::PutEvents>(Run::kInline, PutEvents);
  table.Add<model::ops::ListEvents>(Run::kWorker, ListEvents);
  table.Add<model::ops::ListEventTypes>(Run::kWorker, ListEventTypes);
  table.Add<model::ops::GetIngestLog>(Run::kWorker, GetIngestLog);
  table.Add<model::ops::PutEventStream>(Run::kInline, PutEventStream);
  table.Add<model::ops::GetEventStream>(Run::kInline, GetEventStream);
  table.Add<model::ops::DeleteEventStream>(Run::kInline, DeleteEventStream);
  table.Add<model::ops::GetSinkStatus>(Run::kInline, GetSinkStatus);
}

}  // namespace pinion::api
