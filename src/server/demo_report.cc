#include "server/demo_report.h"

#include <algorithm>
#include <string_view>

#include "campaigns/execution_metrics.h"

namespace pinion::server {

namespace {

constexpr std::string_view kIndent = "  ";
constexpr std::string_view kBetween = "   ";

using Row = std::vector<std::string>;

// Characters, as a terminal counts them for most scripts.
size_t WidthOf(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// Every row has as many cells as the first one.
void AppendAligned(std::string& out, const std::vector<Row>& rows) {
  std::vector<size_t> widths(rows.front().size(), 0);
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], WidthOf(row[i]));
    }
  }
  for (const Row& row : rows) {
    std::string line(kIndent);
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      line.append(widths[i] - WidthOf(row[i]), ' ');
      line += kBetween;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
}

// Neither the size of the segment nor the fate of a message.
bool IsFilter(campaigns::Metric metric) {
  return metric != campaigns::Metric::kEndpointProduced &&
         metric != campaigns::Metric::kEndpointsFromUser &&
         static_cast<size_t>(metric) < campaigns::kFirstOutcome;
}

std::string ReasonOf(const model::MessageLogItem& message) {
  return message.status == "DELIVERED" ? "" : message.status_message.value_or("");
}

}  // namespace

int64_t FilteredOut(const model::ActivityResponse& activity) {
  const auto metrics = campaigns::ExecutionMetrics::FromMap(
      activity.execution_metrics.value_or(model::Map<std::string>()));
  uint64_t sum = 0;
  for (size_t i = 0; i < campaigns::kMetricCount; ++i) {
    const auto metric = static_cast<campaigns::Metric>(i);
    sum += IsFilter(metric) ? metrics[metric] : 0;
  }
  return static_cast<int64_t>(sum);
}

std::string DemoTable(const DemoOutcome& outcome) {
  std::string out;
  std::vector<Row> rows = {{"Recipient", "Result", "Reason"}};
  for (const model::MessageLogItem& message : outcome.messages) {
    rows.push_back({message.address.value_or(""), message.status, ReasonOf(message)});
  }
  AppendAligned(out, rows);
  out += "\n";
  const model::CampaignCounters& counters = outcome.counters;
  AppendAligned(out,
                {{"Targeted", "Sent", "Delivered", "Failed", "Filtered"},
                 {std::to_string(counters.targeted),
                  std::to_string(counters.sent),
                  std::to_string(counters.delivered),
                  std::to_string(counters.failed),
                  std::to_string(FilteredOut(outcome.activity))}});
  for (const auto& [status, count] : counters.failures_by_status) {
    out += std::string(kIndent) + "Failed:   " + std::to_string(count) + " " + status + "\n";
  }
  const auto metrics = campaigns::ExecutionMetrics::FromMap(
      outcome.activity.execution_metrics.value_or(model::Map<std::string>()));
  for (size_t i = 0; i < campaigns::kMetricCount; ++i) {
    const auto metric = static_cast<campaigns::Metric>(i);
    if (IsFilter(metric) && metrics[metric] > 0) {
      out += std::string(kIndent) + "Filtered: " + std::to_string(metrics[metric]) + " " +
             std::string(campaigns::ToWire(metric)) + "\n";
    }
  }
  return out;
}

}  // namespace pinion::server
