// One KPI's numbers out of the analytics tables: from its definition to SQL, and back to rows.
#pragma once

#include <string>
#include <vector>

#include "analytics/analytics_store.h"
#include "analytics/kpi_catalog.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"

namespace pinion::analytics {

// Whose messages: all of the application's that the KPI is about, or those of one campaign or
// journey; sent from `from` to `to`, both included (KPI-20).
struct KpiRange {
  base::AppId app;
  std::string source_id;  // "" is any
  base::Timestamp from;
  base::Timestamp to;
};

struct KpiNumber {
  std::string group;  // the text of KPI-7; "" for a KPI without groups
  double value = 0;

  bool operator==(const KpiNumber&) const = default;
};

// By group, ascending. A group of which nothing was sent, and a quotient whose denominator is 0, is
// left out (KPI-8).
base::Result<std::vector<KpiNumber>> ReadKpi(const AnalyticsStore& store,
                                             const Kpi& kpi,
                                             const KpiRange& range);

}  // namespace pinion::analytics
