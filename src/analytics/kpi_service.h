// The KPI operations (events-analytics.md section 7): ranges, names, rows. Whether the campaign or
// journey exists is for the caller to say first (KPI-3). Thread-safe; a call may take as long as
// kCatchUpWait and a query.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "analytics/analytics_store.h"
#include "analytics/kpi_catalog.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "eventlog/consumer.h"
#include "eventlog/event_log.h"
#include "model/kpis.h"

namespace pinion::analytics {

// How long an answer waits for events that were accepted before the call; then it tells what is
// known.
inline constexpr std::chrono::milliseconds kCatchUpWait{1000};

struct KpiCall {
  KpiScope scope = KpiScope::kApplication;
  base::AppId app;
  std::string source_id;  // the campaign or journey; "" for the application's KPIs
  std::string name;
  std::optional<base::Timestamp> start;
  std::optional<base::Timestamp> end;
};

struct KpiAnswer {
  base::Timestamp start;  // the range that was used (KPI-1)
  base::Timestamp end;
  model::BaseKpiResult result;
};

class KpiService {
 public:
  // All must outlive the service.
  struct Dependencies {
    const AnalyticsStore& analytics;
    const eventlog::EventLog& log;
    eventlog::ConsumerGroup& consumers;
    const base::Clock& clock;
  };
  explicit KpiService(const Dependencies& dependencies) : deps_(dependencies) {}

  // kInvalidArgument for an unknown name, with the nearest ones, and for a range that ends before
  // it begins. Tells of every event that was accepted before the call.
  base::Result<KpiAnswer> Get(const KpiCall& call) const;

 private:
  const Dependencies deps_;
};

// KPI-5: the shortest decimal form, with at least one decimal.
std::string KpiValueText(double value);

}  // namespace pinion::analytics
