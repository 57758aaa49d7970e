// The event streams of applications as resources: where their events should go (STR-1 to STR-3).
// Nothing forwards events to a destination yet, and Status says so. Callers check first that the
// application exists. Thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "model/events.h"
#include "storage/key_value_store.h"

namespace pinion::events {

// The name of the stream among the sinks of its application (STR-5).
inline constexpr std::string_view kEventStreamSink = "eventstream";

class EventStreamService {
 public:
  // Both must outlive the service.
  EventStreamService(storage::KeyValueStore& store, const base::Clock& clock);

  // Makes the stream or replaces it; `caller` is the ARN of the principal. kInvalidArgument for
  // anything but ARNs of a role and of a Kinesis or Firehose stream.
  base::Result<model::EventStream> Put(const base::AppId& app,
                                       const model::WriteEventStream& stream,
                                       const std::string& caller);
  // kNotFound when there is none.
  base::Result<model::EventStream> Get(const base::AppId& app) const;
  // Answers the last state. kNotFound when there is none.
  base::Result<model::EventStream> Delete(const base::AppId& app);
  // STR-6 for the sink `eventstream`: that nothing is delivered. kNotFound for any other sink, and
  // without a stream.
  base::Result<model::SinkStatus> Status(const base::AppId& app, std::string_view sink) const;

  // Adds the removal of an application's stream.
  static void DeleteApp(const base::AppId& app, storage::WriteBatch& batch);

 private:
  storage::KeyValueStore& store_;
  const base::Clock& clock_;
  std::mutex writes_;  // held from reading to writing a record
};

}  // namespace pinion::events
