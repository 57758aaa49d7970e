// Counts events by origin and messages by channel and outcome for /metrics (KPI-120, KPI-121). A
// reader of the event log like all others, so what is counted is what really happened; the counts
// begin at 0 with the process. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "eventlog/consumer.h"

namespace pinion::server {

class EventCounters final : public eventlog::Consumer {
 public:
  std::string_view name() const override { return "metrics"; }
  base::Status Consume(std::span<const eventlog::LoggedEvent> events,
                       storage::WriteBatch& batch) override;
  void OnApplied() override;

  // Appends the series in the Prometheus text format.
  void AppendText(std::string& out) const;

 private:
  struct Counts {
    std::array<uint64_t, 2> by_origin{};                                 // app, system
    std::map<std::pair<std::string, std::string>, uint64_t> by_outcome;  // channel, outcome
  };

  Counts taken_;  // by Consume; used on the consumer's thread only
  mutable std::mutex mutex_;
  Counts applied_;  // guarded by mutex_
};

}  // namespace pinion::server
