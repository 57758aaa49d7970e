// What updates, start-up and the questions of segments cost, over a memory store and over RocksDB.
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "audience/audience_service.h"
#include "base/clock.h"
#include "model/codec.h"
#include "storage/memory_store.h"
#include "storage/rocks_store.h"

namespace pinion::audience {
namespace {

const base::AppId kApp("a1b2c3d4e5f60718293a4b5c6d7e8f90");

// Twenty attributes of realistic variety, a user each.
std::string RequestJson(uint32_t number, std::mt19937& random) {
  const auto pick = [&random](uint32_t count) { return std::to_string(random() % count); };
  std::string json = R"({"ChannelType":"EMAIL","Address":"user)" + std::to_string(number) +
                     R"(@example.com","Attributes":{)";
  for (int i = 0; i < 8; ++i) {
    json += (i == 0 ? "\"attr" : ",\"attr") + std::to_string(i) + R"(":["value)" + pick(50) + "\"]";
  }
  json += R"(},"Metrics":{"visits":)" + pick(1000) + R"(,"spent":)" + pick(100000) +
          R"(},"Demographic":{"AppVersion":"3.)" + pick(30) + R"(","Platform":"ios","Make":"m)" +
          pick(20) + R"("},"Location":{"Country":"C)" + pick(100) + R"(","Latitude":)" + pick(90) +
          R"(,"Longitude":)" + pick(180) + R"(},"User":{"UserId":"user)" + std::to_string(number) +
          R"(","UserAttributes":{)";
  for (int i = 0; i < 4; ++i) {
    json += (i == 0 ? "\"u" : ",\"u") + std::to_string(i) + R"(":["value)" + pick(1000) + "\"]";
  }
  return json + "}}}";
}

struct World {
  explicit World(bool on_disk) : clock(base::TimestampFromMillis(1795432500000)) {
    if (on_disk) {
      folder = std::filesystem::temp_directory_path() / "audience_bench";
      std::filesystem::remove_all(folder);
      store = *storage::RocksStore::Open(folder.string(), {});
    } else {
      store = std::make_unique<storage::MemoryStore>();
    }
    service = std::make_unique<AudienceService>(*store, clock);
    if (!service->OpenApp(kApp).ok()) {
      std::abort();
    }
  }
  ~World() {
    service.reset();
    store.reset();
    if (!folder.empty()) {
      std::filesystem::remove_all(folder);
    }
  }
  // Adds endpoints first…end-1 in transactions of a thousand.
  void Import(uint32_t first, uint32_t end, const std::vector<model::EndpointRequest>& requests) {
    for (uint32_t i = first; i < end;) {
      auto transaction = service->Begin(kApp);
      for (const uint32_t stop = std::min(i + 1000, end); i < stop; ++i) {
        model::EndpointRequest request = requests[i % requests.size()];
        request.user->user_id = "user" + std::to_string(i);
        request.address = "user" + std::to_string(i) + "@example.com";
        if (!transaction
                 ->Upsert("endpoint-" + std::to_string(i),
                          request,
                          {.origin = UpdateOrigin::kImport, .request_id = "call"})
                 .ok()) {
          std::abort();
        }
      }
      if (!transaction->Commit().ok()) {
        std::abort();
      }
    }
  }

  base::ManualClock clock;
  std::filesystem::path folder;
  std::unique_ptr<storage::KeyValueStore> store;
  std::unique_ptr<AudienceService> service;
};

std::vector<model::EndpointRequest> Requests(uint32_t count) {
  std::mt19937 random(1);
  std::vector<model::EndpointRequest> requests;
  for (uint32_t i = 0; i < count; ++i) {
    requests.push_back(*model::Decode<model::EndpointRequest>(RequestJson(i, random)));
  }
  return requests;
}

void ImportNew(benchmark::State& state) {
  const auto requests = Requests(10000);
  World world(state.range(0) == 1);
  uint32_t next = 0;
  for (auto _ : state) {
    world.Import(next, next + 1000, requests);
    next += 1000;
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(ImportNew)->Arg(0)->Arg(1)->Iterations(100);

// One update a transaction; the argument says whether the store is on disk.
void UpdateOne(benchmark::State& state) {
  const auto requests = Requests(10000);
  World world(state.range(0) == 1);
  world.Import(0, 100000, requests);
  const auto update = *model::Decode<model::EndpointRequest>(
      R"({"Attributes":{"attr1":["value7"],"cart":["1"]},"Metrics":{"visits":7}})");
  std::mt19937 random(2);
  for (auto _ : state) {
    const std::string id = "endpoint-" + std::to_string(random() % 100000);
    if (!world.service->UpdateEndpoint(kApp, id, update, "call").ok()) {
      std::abort();
    }
  }
}
BENCHMARK(UpdateOne)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

void GetOne(benchmark::State& state) {
  World world(state.range(0) == 1);
  world.Import(0, 100000, Requests(10000));
  std::mt19937 random(2);
  for (auto _ : state) {
    const std::string id = "endpoint-" + std::to_string(random() % 100000);
    benchmark::DoNotOptimize(world.service->Get(kApp, id));
  }
}
BENCHMARK(GetOne)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

void ReadBatchOfThousand(benchmark::State& state) {
  World world(state.range(0) == 1);
  world.Import(0, 100000, Requests(10000));
  std::vector<uint32_t> ordinals(1000);
  uint32_t from = 0;
  for (auto _ : state) {
    for (uint32_t i = 0; i < 1000; ++i) {
      ordinals[i] = (from + i * 3) % 100000;
    }
    from += 3000;
    benchmark::DoNotOptimize(world.service->ReadByOrdinals(kApp, ordinals));
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(ReadBatchOfThousand)->Arg(0)->Arg(1);

void LoadAll(benchmark::State& state) {
  constexpr uint32_t kEndpoints = 300000;
  World world(true);
  world.Import(0, kEndpoints, Requests(10000));
  size_t bytes = 0;
  for (auto _ : state) {
    AudienceService service(*world.store, world.clock);
    if (!service.Load().ok()) {
      std::abort();
    }
    bytes = (*service.Index(kApp))->Read()->MemoryBytes();
  }
  state.SetItemsProcessed(state.iterations() * kEndpoints);
  state.counters["index_bytes_per_endpoint"] =
      static_cast<double>(bytes) / static_cast<double>(kEndpoints);
}
BENCHMARK(LoadAll)->Iterations(1)->Unit(benchmark::kMillisecond);

// Ten million numbers.
void CompareNumbers(benchmark::State& state) {
  NumberColumn column;
  std::mt19937 random(1);
  for (uint32_t i = 0; i < 10'000'000; ++i) {
    column.Set(i, static_cast<double>(random() % static_cast<uint32_t>(state.range(0))));
  }
  const double middle = static_cast<double>(state.range(0)) / 2;
  for (auto _ : state) {
    benchmark::DoNotOptimize(column.Where(Comparison::kGreater, middle));
  }
}
BENCHMARK(CompareNumbers)->Arg(10)->Arg(1000000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace pinion::audience

BENCHMARK_MAIN();
