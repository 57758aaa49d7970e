#include "server/service_metrics.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "base/json_text.h"
#include "delivery/outbox.h"
#include "storage/key.h"
#include "storage/key_space.h"

namespace pinion::server {

namespace {

double Seconds(std::chrono::milliseconds duration) {
  return std::chrono::duration<double>(std::max(duration, std::chrono::milliseconds(0))).count();
}

void AppendType(std::string& out, std::string_view name, std::string_view type) {
  out += "# TYPE " + std::string(name) + " " + std::string(type) + "\n";
}

void AppendSample(std::string& out,
                  std::string_view name,
                  std::string_view labels,
                  std::string_view value) {
  out += name;
  if (!labels.empty()) {
    out += "{" + std::string(labels) + "}";
  }
  out += " " + std::string(value) + "\n";
}

void AppendLags(ServiceSet& services, const base::Clock& clock, std::string& out) {
  const auto lags = services.consumers().Lags();
  AppendType(out, "pinion_event_log_lag_events", "gauge");
  for (const eventlog::ConsumerLag& lag : lags) {
    AppendSample(out,
                 "pinion_event_log_lag_events",
                 "consumer=\"" + lag.consumer + "\"",
                 std::to_string(lag.events));
  }
  AppendType(out, "pinion_event_log_lag_seconds", "gauge");
  for (const eventlog::ConsumerLag& lag : lags) {
    double seconds = 0;
    if (lag.events != 0) {
      const auto next = services.event_log().Read(lag.cursor, 1);
      if (next.ok() && !next->empty()) {
        seconds = Seconds(clock.Now() - next->front().event.arrived_at);
      }
    }
    AppendSample(out,
                 "pinion_event_log_lag_seconds",
                 "consumer=\"" + lag.consumer + "\"",
                 base::JsonDouble(seconds));
  }
}

// More rows than are counted are as alarming as their exact number.
void AppendOutbox(const storage::KeyValueStore& store, std::string& out) {
  std::map<std::string, uint64_t> by_channel;
  size_t counted = 0;
  const auto scanned = store.Scan({.prefix = storage::KeyWriter(storage::KeySpace::kOutbox).Take()},
                                  [&](std::string_view key, std::string_view) {
                                    const auto row = delivery::Outbox::ParseRowKey(key);
                                    if (row.ok()) {
                                      ++by_channel[row->lane.channel];
                                    }
                                    return ++counted < kOutboxCountMax;
                                  });
  if (!scanned.ok()) {
    return;
  }
  AppendType(out, "pinion_outbox_messages", "gauge");
  for (const auto& [channel, count] : by_channel) {
    AppendSample(
        out, "pinion_outbox_messages", "channel=\"" + channel + "\"", std::to_string(count));
  }
}

}  // namespace

void AppendGauge(std::string& out, std::string_view name, std::string_view labels, double value) {
  AppendType(out, name, "gauge");
  AppendSample(out, name, labels, base::JsonDouble(value));
}

void AppendCounter(std::string& out, std::string_view name, uint64_t value) {
  AppendType(out, name, "counter");
  AppendSample(out, name, "", std::to_string(value));
}

void AppendServiceMetrics(ServiceSet& services,
                          const storage::KeyValueStore& store,
                          const base::Clock& clock,
                          std::string& out) {
  services.event_counters().AppendText(out);
  AppendOutbox(store, out);
  AppendLags(services, clock, out);
  const auto first_due = services.timers().FirstDue();
  if (first_due.ok()) {
    AppendGauge(
        out, "pinion_timer_delay_seconds", "", *first_due ? Seconds(clock.Now() - **first_due) : 0);
  }
  AppendGauge(
      out, "pinion_store_bytes", "store=\"state\"", static_cast<double>(store.ApproximateBytes()));
}

}  // namespace pinion::server
