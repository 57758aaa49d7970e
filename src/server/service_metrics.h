// What /metrics tells of the services (KPI-121): lag of the log's readers, timers, outbox, stores.
// Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "server/service_set.h"
#include "storage/key_value_store.h"

namespace pinion::server {

// Rows of the outbox that one scrape counts.
inline constexpr size_t kOutboxCountMax = 100'000;

// One sample of a metric of its own type; `labels` as they stand between the braces, or "".
void AppendGauge(std::string& out, std::string_view name, std::string_view labels, double value);
void AppendCounter(std::string& out, std::string_view name, uint64_t value);

void AppendServiceMetrics(ServiceSet& services,
                          const storage::KeyValueStore& store,
                          const base::Clock& clock,
                          std::string& out);

}  // namespace pinion::server
