#include "analytics/kpi_query.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "base/time_text.h"

namespace pinion::analytics {
namespace {

// A condition over `messages` and its parameters.
struct Condition {
  std::string text;
  std::vector<SqlValue> parameters;

  void Add(std::string_view term, SqlValue value) {
    text += std::string(text.empty() ? " WHERE " : " AND ") + std::string(term);
    parameters.push_back(std::move(value));
  }
  void Add(std::string_view term) {
    text += std::string(text.empty() ? " WHERE " : " AND ") + std::string(term);
  }
};

Condition ConditionOf(const Kpi& kpi, const KpiRange& range) {
  Condition condition;
  condition.Add("app_id = ?", SqlValue(range.app.value()));
  condition.Add("sent_at >= ?", SqlValue(base::ToMillis(range.from)));
  condition.Add("sent_at <= ?", SqlValue(base::ToMillis(range.to)));
  condition.Add("family = ?", SqlValue(static_cast<int64_t>(kpi.family)));
  if (!kpi.channel.empty()) {
    condition.Add("channel = ?", SqlValue(std::string(kpi.channel)));
  }
  if (!range.source_id.empty()) {
    condition.Add("source_id = ?", SqlValue(range.source_id));
  }
  switch (kpi.population) {
    case KpiPopulation::kSent:
      condition.Add("sent = 1");
      break;
    case KpiPopulation::kSentOrRejected:
      condition.Add("(sent = 1 OR rejected = 1)");
      break;
    case KpiPopulation::kFailed:
      condition.Add("sent = 1 AND failed = 1");
      break;
  }
  return condition;
}

// Without a column everything is one group; no messages are no group either way.
std::string ColumnOf(const Kpi& kpi) {
  const std::string_view column = GroupColumn(kpi.grouping);
  return column.empty() ? "'all'" : std::string(column);
}

std::string TextOf(const Kpi& kpi, const SqlValue& group) {
  if (kpi.grouping == KpiGrouping::kNone) {
    return {};
  }
  if (kpi.grouping == KpiGrouping::kDate) {
    const std::chrono::sys_days day{std::chrono::days{std::get<int64_t>(group)}};
    return base::FormatIso8601(day).substr(0, std::string_view("2019-09-06").size());
  }
  return std::get<std::string>(group);
}

double NumberOf(const SqlValue& value) {
  if (const auto* whole = std::get_if<int64_t>(&value)) {
    return static_cast<double>(*whole);
  }
  const auto* real = std::get_if<double>(&value);
  return real != nullptr ? *real : 0.0;
}

// The aggregates of `kpi`, by group.
std::string SumStatement(const Kpi& kpi, const std::string& condition) {
  const std::string column = ColumnOf(kpi);
  std::string statement = "SELECT " + column + " AS grouping_value, ";
  statement += kpi.numerator.empty() ? "0" : std::string(kpi.numerator);
  statement += ", " + (kpi.denominator.empty() ? "1" : std::string(kpi.denominator));
  return statement + " FROM messages" + condition + " GROUP BY grouping_value";
}

// Push opens (KPI-28) of the messages of `condition`: app events of the same campaign or journey
// activity, of the message's endpoint or of another endpoint of its user (EVT-42). An open that the
// device's clock puts before the message counts like any other; one that arrived before cannot be.
std::string PushOpenStatement(const Kpi& kpi, const std::string& condition) {
  const std::string_view distinct = kpi.form == KpiForm::kPushOpens
                                        ? "endpoint_id, activity_id, event_hour"
                                        : "endpoint_id, activity_id";
  const auto matched = [](std::string_view by) {
    return "SELECT m.grouping_value, e.endpoint_id, e.activity_id, e.event_hour FROM sent_messages "
           "m JOIN opens e ON m.source_id = e.source_id AND m.activity_id = e.activity_id AND " +
           std::string(by);
  };
  std::string statement = "WITH sent_messages AS (SELECT " + ColumnOf(kpi) +
                          " AS grouping_value, client_id, user_id, source_id, activity_id FROM "
                          "messages" +
                          condition + "), ";
  statement +=
      "opens AS (SELECT DISTINCT endpoint_id, user_id, source_id, activity_id, event_hour FROM "
      "events WHERE app_id = ? AND arrived_at >= ? AND event_type = ?), ";
  statement += "matched AS (" + matched("m.client_id = e.endpoint_id") + " UNION " +
               matched("m.user_id = e.user_id AND m.user_id <> ''") + ") ";
  return statement + "SELECT grouping_value, count(*) FROM (SELECT DISTINCT grouping_value, " +
         std::string(distinct) + " FROM matched) opened GROUP BY grouping_value";
}

bool IsOfPushOpens(const Kpi& kpi) {
  return kpi.form == KpiForm::kPushOpens || kpi.form == KpiForm::kPushOpenRate;
}

base::Result<std::map<std::string, double>> PushOpens(const AnalyticsStore& store,
                                                      const Kpi& kpi,
                                                      const KpiRange& range) {
  Condition condition = ConditionOf(kpi, range);
  std::vector<SqlValue> parameters = std::move(condition.parameters);
  parameters.emplace_back(range.app.value());
  parameters.emplace_back(base::ToMillis(range.from));
  parameters.emplace_back(kpi.family == Family::kCampaign
                              ? std::string("_campaign.opened_notification")
                              : std::string("_journey.opened_notification"));
  PINION_TRY(const auto rows, store.Query(PushOpenStatement(kpi, condition.text), parameters));
  std::map<std::string, double> opens;
  for (const SqlRow& row : rows) {
    opens[TextOf(kpi, row[0])] = NumberOf(row[1]);
  }
  return opens;
}

}  // namespace

base::Result<std::vector<KpiNumber>> ReadKpi(const AnalyticsStore& store,
                                             const Kpi& kpi,
                                             const KpiRange& range) {
  const Condition condition = ConditionOf(kpi, range);
  PINION_TRY(const auto rows, store.Query(SumStatement(kpi, condition.text), condition.parameters));
  std::map<std::string, double> opens;
  if (IsOfPushOpens(kpi) && !rows.empty()) {
    PINION_TRY(opens, PushOpens(store, kpi, range));
  }
  std::vector<KpiNumber> numbers;
  for (const SqlRow& row : rows) {
    KpiNumber number{.group = TextOf(kpi, row[0]), .value = NumberOf(row[1])};
    const double denominator = NumberOf(row[2]);
    if (denominator == 0) {
      continue;
    }
    if (IsOfPushOpens(kpi)) {
      number.value = opens[number.group];
    }
    number.value /= denominator;
    if (kpi.form == KpiForm::kPushOpenRate) {
      // Another endpoint of a user may open what one was sent; the rate stays a share (KPI-28).
      number.value = std::min(number.value, 1.0);
    }
    numbers.push_back(std::move(number));
  }
  std::sort(numbers.begin(), numbers.end(), [](const KpiNumber& left, const KpiNumber& right) {
    return left.group < right.group;
  });
  return numbers;
}

}  // namespace pinion::analytics
