// Every KPI there is: its name, the operation that answers it, and what it counts, as a table
// (events-analytics.md section 7, names). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analytics/message_row.h"

namespace pinion::analytics {

// The operation that a name belongs to.
enum class KpiScope { kApplication, kCampaign, kJourney };

enum class KpiGrouping {
  kNone,
  kDate,
  kCampaign,
  kCampaignActivity,
  kJourneyActivity,
  kCountry,
  kErrorCode
};

// Which messages a KPI is about, beside their family and channel.
enum class KpiPopulation {
  kSent,
  kSentOrRejected,
  kFailed,
};

// How the number comes about: a sum over the messages, a quotient of two, or push opens, which are
// app events.
enum class KpiForm { kSum, kQuotient, kPushOpens, kPushOpenRate };

struct Kpi {
  KpiScope scope = KpiScope::kApplication;
  std::string name;       // unique-deliveries-grouped-by-date
  std::string value_key;  // UniqueDeliveries (KPI-6)
  Family family = Family::kTransactional;
  std::string_view channel;  // "" is any
  KpiPopulation population = KpiPopulation::kSent;
  KpiForm form = KpiForm::kSum;
  // SQL over columns of `messages`: aggregates.
  std::string_view numerator;
  std::string_view denominator;  // of quotients
  KpiGrouping grouping = KpiGrouping::kNone;
};

// By scope and name.
const std::vector<Kpi>& AllKpis();
// Nullptr when the operation has no such KPI.
const Kpi* FindKpi(KpiScope scope, std::string_view name);
// The names of the operation's KPIs that look most like `name`, best first (KPI-3).
std::vector<std::string_view> NearestKpis(KpiScope scope, std::string_view name);

// `GroupedBys` key of KPI-7, and the column of `messages`; "" for no group.
std::string_view GroupKey(KpiGrouping grouping);
std::string_view GroupColumn(KpiGrouping grouping);

}  // namespace pinion::analytics
