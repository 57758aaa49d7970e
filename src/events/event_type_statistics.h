// Which event types an application has, how often they came lately, and which attributes and
// metrics they carry: the choices of the console's pickers (EVT-71). A consumer of the event log;
// what it counts is in the store. Thread-safe.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "eventlog/consumer.h"
#include "model/native_events.h"
#include "storage/key_value_store.h"

namespace pinion::events {

// Names of attributes, and of metrics, that are kept for one event type.
inline constexpr size_t kNamesPerTypeMax = 1000;
// UTC days, today included, that Count30Days covers.
inline constexpr int64_t kCountedDays = 30;

class EventTypeStatistics final : public eventlog::Consumer {
 public:
  // Both must outlive it.
  EventTypeStatistics(storage::KeyValueStore& store, const base::Clock& clock)
      : store_(store), clock_(clock) {}

  // By event type, the origin APP before SYSTEM.
  base::Result<std::vector<model::EventTypeItem>> List(const base::AppId& app) const;

  static void DeleteApp(const base::AppId& app, storage::WriteBatch& batch);

  std::string_view name() const override { return "event-types"; }
  base::Status Consume(std::span<const eventlog::LoggedEvent> events,
                       storage::WriteBatch& batch) override;

 private:
  storage::KeyValueStore& store_;
  const base::Clock& clock_;
};

}  // namespace pinion::events
