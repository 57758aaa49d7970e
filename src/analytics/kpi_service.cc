#include "analytics/kpi_service.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "analytics/analytics_feed.h"
#include "analytics/kpi_query.h"

namespace pinion::analytics {
namespace {

using namespace std::chrono_literals;

constexpr auto kRangeDays = std::chrono::days{31};
constexpr auto kDefaultDays = std::chrono::days{30};

struct Range {
  base::Timestamp start;
  base::Timestamp end;
};

base::Timestamp MidnightBefore(base::Timestamp at, std::chrono::days days) {
  return std::chrono::floor<std::chrono::days>(at) - days;
}

// KPI-1, KPI-2.
base::Result<Range> RangeOf(const KpiCall& call, base::Timestamp now) {
  Range range;
  if (call.start) {
    range.start = *call.start;
    range.end =
        call.end ? *call.end : std::max(*call.start, std::min(*call.start + kRangeDays, now));
  } else {
    range.end = call.end.value_or(now);
    range.start = MidnightBefore(range.end, kDefaultDays);
  }
  if (range.start > range.end) {
    return base::InvalidArgument("start-time must not be after end-time");
  }
  return range;
}

// An end without fraction includes its whole second (KPI-1).
base::Timestamp LastOf(base::Timestamp end) {
  const bool whole = std::chrono::floor<std::chrono::seconds>(end) == end;
  return whole ? end + 999ms : end;
}

base::Error UnknownKpi(const KpiCall& call) {
  std::string text = "Unknown KPI '" + call.name + "'; the nearest are ";
  const auto nearest = NearestKpis(call.scope, call.name);
  for (size_t i = 0; i < nearest.size(); ++i) {
    text += (i == 0 ? "'" : ", '") + std::string(nearest[i]) + "'";
  }
  return base::InvalidArgument(std::move(text));
}

model::ResultRowValue Entry(std::string_view key, std::string_view type, std::string value) {
  model::ResultRowValue entry;
  entry.key = key;
  entry.type = type;
  entry.value = std::move(value);
  return entry;
}

model::ResultRow RowOf(const Kpi& kpi, const KpiNumber& number) {
  model::ResultRow row;
  if (kpi.grouping != KpiGrouping::kNone) {
    row.grouped_bys.push_back(Entry(GroupKey(kpi.grouping), "String", number.group));
  }
  row.values.push_back(Entry(kpi.value_key, "Double", KpiValueText(number.value)));
  return row;
}

}  // namespace

std::string KpiValueText(double value) {
  // Room for the longest number without an exponent.
  std::array<char, 400> digits{};
  const auto written =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
  std::string text(digits.data(), written.ptr);
  if (text.find('.') == std::string::npos) {
    text += ".0";
  }
  return text;
}

base::Result<KpiAnswer> KpiService::Get(const KpiCall& call) const {
  const Kpi* kpi = FindKpi(call.scope, call.name);
  if (kpi == nullptr) {
    return UnknownKpi(call);
  }
  PINION_TRY(const Range range, RangeOf(call, deps_.clock.Now()));
  // If it does not come about in time, the tables are catching up, and the log says so.
  (void)deps_.consumers.WaitFor(AnalyticsFeed::kName, deps_.log.end(), kCatchUpWait);
  PINION_TRY(const auto numbers,
             ReadKpi(deps_.analytics,
                     *kpi,
                     {.app = call.app,
                      .source_id = call.source_id,
                      .from = range.start,
                      .to = LastOf(range.end)}));
  KpiAnswer answer{.start = range.start, .end = range.end, .result = {}};
  for (const KpiNumber& number : numbers) {
    answer.result.rows.push_back(RowOf(*kpi, number));
  }
  return answer;
}

}  // namespace pinion::analytics
