// What it costs to bring events into the tables, and to ask a KPI over 31 days. Arguments are rows:
// of a transaction for Add, of the table for the KPIs. PINION_BENCH_DIR names the disk to measure;
// the current directory by default.
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "analytics/kpi_query.h"
#include "analytics/table_file.h"

namespace pinion::analytics {
namespace {

const base::AppId kApp("bench");
constexpr int64_t kFirstMillis = 1'793'491'200'000;  // 2026-11-01
constexpr int64_t kDays = 31;
constexpr int64_t kMillisOfRange = kDays * 24 * 3600 * 1000;

// Tables in a folder of their own, removed with it.
class Tables {
 public:
  Tables() {
    const char* place = std::getenv("PINION_BENCH_DIR");
    folder_ = std::string(place == nullptr ? "." : place) + "/analytics_bench_XXXXXX";
    if (mkdtemp(folder_.data()) == nullptr) {
      std::abort();
    }
    auto database = OpenTableFile(folder_ + "/tables.duckdb");
    if (!database.ok() || !store_.Open(*std::move(database)).ok()) {
      std::abort();
    }
  }
  ~Tables() { std::filesystem::remove_all(folder_); }

  AnalyticsStore& store() { return store_; }

  // The `_campaign.send`, `_email.send` and `_email.delivered` of messages that are sent evenly
  // over the range, `count` events in one transaction.
  void Add(int64_t count, int64_t messages_in_range) {
    std::vector<eventlog::LoggedEvent> events;
    for (int64_t i = 0; i < count; ++i) {
      events.push_back(NextEvent(messages_in_range));
    }
    if (!store_.Add(events).ok()) {
      std::abort();
    }
  }

 private:
  eventlog::LoggedEvent NextEvent(int64_t messages_in_range) {
    static const char* const kTypes[] = {"_campaign.send", "_email.send", "_email.delivered"};
    const auto number = static_cast<int64_t>(position_ / 3);
    const int64_t sent_at = kFirstMillis + number * (kMillisOfRange / messages_in_range);
    eventlog::Event event;
    event.origin = eventlog::Origin::kSystem;
    event.event_type = kTypes[position_ % 3];
    event.endpoint_id = "endpoint-" + std::to_string(number % 1'000'000);
    event.user_id = "user-" + std::to_string(number % 1'000'000);
    event.reported_at = base::TimestampFromMillis(sent_at);
    event.arrived_at = event.reported_at;
    event.attributes = {{"campaign_id", "campaign-" + std::to_string(number % 20)},
                        {"campaign_activity_id", "activity-" + std::to_string(number % 60)},
                        {"treatment_id", "0"},
                        {"delivery_type", "EMAIL"},
                        {"campaign_send_status", "SUCCESS"}};
    event.facts = {{"message_id", fmt::format("{:012x}-00000001-{:08x}", sent_at, number)},
                   {"sent_at", std::to_string(sent_at)}};
    return {++position_, kApp, std::move(event)};
  }

  std::string folder_;
  AnalyticsStore store_;
  eventlog::Position position_ = 0;
};

void Add(benchmark::State& state) {
  Tables tables;
  for (auto _ : state) {
    tables.Add(state.range(0), 100'000'000);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(Add)->Arg(1)->Arg(512)->Arg(8192)->Unit(benchmark::kMillisecond)->UseRealTime();

void AskKpi(benchmark::State& state, const char* name) {
  Tables tables;
  const int64_t messages = state.range(0);
  constexpr int64_t kEventsAtATime = 90'000;
  for (int64_t events = 0; events < 3 * messages; events += kEventsAtATime) {
    tables.Add(kEventsAtATime, messages);
  }
  const Kpi* kpi = FindKpi(KpiScope::kApplication, name);
  const KpiRange range{.app = kApp,
                       .source_id = "",
                       .from = base::TimestampFromMillis(kFirstMillis),
                       .to = base::TimestampFromMillis(kFirstMillis + kMillisOfRange)};
  for (auto _ : state) {
    benchmark::DoNotOptimize(ReadKpi(tables.store(), *kpi, range));
  }
}
BENCHMARK_CAPTURE(AskKpi, attempted_by_date, "attempted-deliveries-grouped-by-date")
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(AskKpi, rate, "successful-delivery-rate")
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(AskKpi, unique_by_campaign, "unique-deliveries-grouped-by-campaign")
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace pinion::analytics

BENCHMARK_MAIN();
