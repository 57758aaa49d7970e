// What a PutEvents call of 100 events costs from its JSON to the store's log, without the wait for
// the disk: reading and judging alone, and the whole call on the production store. Every call
// reports events that were never seen before.
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "base/time_text.h"
#include "events/ingest_service.h"
#include "events/reported_event.h"
#include "model/codec.h"
#include "storage/rocks_store.h"

namespace pinion::events {
namespace {

constexpr int kEventsPerCall = 100;
const base::AppId kApp("bench");

std::string EventJson(base::Timestamp at) {
  return R"({"EventType":"Purchase","Timestamp":")" + base::FormatIso8601(at) +
         R"(","AppPackageName":"com.example.shop",)"
         R"("AppTitle":"Shop","AppVersionCode":"31","SdkName":"amplify-js","ClientSdkVersion":"6.1",)"
         R"("Attributes":{"item":"boots","size":"42"},"Metrics":{"price":99.9},)"
         R"("Session":{"Id":"s-1","StartTimestamp":"2026-11-23T11:00:00.000Z"}})";
}

// PINION_BENCH_DIR names the disk to measure; the current directory by default.
std::string MakeDirectory() {
  const char* place = std::getenv("PINION_BENCH_DIR");
  std::string path = std::string(place == nullptr ? "." : place) + "/ingest_bench_XXXXXX";
  if (mkdtemp(path.data()) == nullptr) {
    std::abort();
  }
  return path;
}

void ReadEvent(benchmark::State& state) {
  const std::string json = EventJson(base::SystemClock().Now());
  for (auto _ : state) {
    benchmark::DoNotOptimize(ReadReportedEvent("event", json));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ReadEvent);

void PutEvents(benchmark::State& state) {
  const std::string directory = MakeDirectory();
  {
    const base::SystemClock clock;
    base::WorkTracker work;
    const std::unique_ptr<storage::KeyValueStore> store =
        *storage::RocksStore::Open(directory + "/store", {});
    eventlog::EventLog log(*store, work);
    timers::TimerService timers(*store, clock, work);
    audience::AudienceService audience(*store, clock);
    IngestService ingest(audience, log, *store, timers, clock);
    if (!log.Open().ok() || !audience.Load().ok() || !audience.OpenApp(kApp).ok()) {
      std::abort();
    }
    int64_t call = 0;
    for (auto _ : state) {
      state.PauseTiming();
      ++call;
      const base::Timestamp now = clock.Now() - std::chrono::seconds{5};
      std::string body = R"({"BatchItem":{"endpoint-)" + std::to_string(call % 10'000) +
                         R"(":{"Endpoint":{},"Events":{)";
      for (int i = 0; i < kEventsPerCall; ++i) {
        body += (i == 0 ? "\"" : ",\"") + std::to_string(call * kEventsPerCall + i) +
                "\":" + EventJson(now + std::chrono::milliseconds{50 * i});
      }
      body += "}}}}";
      state.ResumeTiming();
      const auto request = model::Decode<model::EventsRequest>(body);
      if (!request.ok() || !ingest.PutEvents(kApp, *request, {.request_id = "r"}).ok()) {
        std::abort();
      }
    }
    state.SetItemsProcessed(state.iterations() * kEventsPerCall);
  }
  std::filesystem::remove_all(directory);
}
BENCHMARK(PutEvents)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace pinion::events

BENCHMARK_MAIN();
