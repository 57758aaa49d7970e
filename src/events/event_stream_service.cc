#include "events/event_stream_service.h"

#include <algorithm>

#include "base/arn.h"
#include "base/time_text.h"
#include "model/codec.h"
#include "storage/key.h"
#include "storage/key_space.h"

namespace pinion::events {

namespace {

constexpr size_t kStreamNameCharactersMax = 128;

std::string KeyOf(const base::AppId& app) {
  return storage::KeyWriter(storage::KeySpace::kEventStream).Text(app.value()).Take();
}

bool IsStreamName(std::string_view name) {
  return !name.empty() && name.size() <= kStreamNameCharactersMax &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '.' || c == '-';
         });
}

// Whether the resource is `prefix` and the name of a stream.
bool Names(std::string_view resource, std::string_view prefix) {
  return resource.starts_with(prefix) && IsStreamName(resource.substr(prefix.size()));
}

bool IsDestination(std::string_view arn) {
  const auto parts = base::ParseArn(arn);
  if (!parts || parts->region.empty() || parts->account.empty()) {
    return false;
  }
  return (parts->service == "kinesis" && Names(parts->resource, "stream/")) ||
         (parts->service == "firehose" && Names(parts->resource, "deliverystream/"));
}

// STR-1.
base::Status Check(const model::WriteEventStream& stream) {
  if (!IsDestination(stream.destination_stream_arn)) {
    return base::InvalidArgument(
        "Member 'DestinationStreamArn' must be the ARN of a Kinesis stream or of a Firehose "
        "delivery stream.");
  }
  if (!base::ParseArn(stream.role_arn)) {
    return base::InvalidArgument("Member 'RoleArn' must be an ARN.");
  }
  return {};
}

model::EventStream ResponseOf(const base::AppId& app, const model::EventStreamRecord& record) {
  model::EventStream response;
  response.application_id = app.value();
  response.destination_stream_arn = record.destination_stream_arn;
  response.external_id = record.external_id;
  response.last_modified_date = base::FormatIso8601(record.modified_at);
  response.last_updated_by = record.modified_by;
  response.role_arn = record.role_arn;
  return response;
}

}  // namespace

EventStreamService::EventStreamService(storage::KeyValueStore& store, const base::Clock& clock)
    : store_(store), clock_(clock) {}

base::Result<model::EventStream> EventStreamService::Put(const base::AppId& app,
                                                         const model::WriteEventStream& stream,
                                                         const std::string& caller) {
  PINION_CHECK(Check(stream));
  model::EventStreamRecord record;
  record.destination_stream_arn = stream.destination_stream_arn;
  record.role_arn = stream.role_arn;
  record.external_id = stream.external_id;
  record.modified_by = caller;

  const std::lock_guard lock(writes_);
  record.modified_at = clock_.Now();
  storage::WriteBatch batch;
  batch.Put(KeyOf(app), model::ToJson(record));
  PINION_CHECK(store_.Apply(batch));
  return ResponseOf(app, record);
}

base::Result<model::EventStream> EventStreamService::Get(const base::AppId& app) const {
  PINION_TRY(const auto stored, store_.Get(KeyOf(app)));
  if (!stored) {
    return base::NotFound("Resource not found");
  }
  PINION_TRY(const auto record, model::Decode<model::EventStreamRecord>(*stored));
  return ResponseOf(app, record);
}

base::Result<model::EventStream> EventStreamService::Delete(const base::AppId& app) {
  const std::lock_guard lock(writes_);
  PINION_TRY(auto last, Get(app));
  storage::WriteBatch batch;
  batch.Delete(KeyOf(app));
  PINION_CHECK(store_.Apply(batch));
  return last;
}

base::Result<model::SinkStatus> EventStreamService::Status(const base::AppId& app,
                                                           std::string_view sink) const {
  if (sink != kEventStreamSink) {
    return base::NotFound("Resource not found");
  }
  PINION_CHECK(Get(app));
  model::SinkStatus status;
  status.state = "PAUSED";
  status.delivered = 0;
  status.last_error = "This version of Pinion keeps the stream's settings and forwards no events.";
  return status;
}

void EventStreamService::DeleteApp(const base::AppId& app, storage::WriteBatch& batch) {
  batch.Delete(KeyOf(app));
}

}  // namespace pinion::events
