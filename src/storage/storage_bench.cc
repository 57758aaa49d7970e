// What a durable write costs: batches of 64 concurrent writers through GroupCommit, beside the rate
// at which this disk makes a plain file durable.
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include "storage/group_commit.h"
#include "storage/key.h"
#include "storage/record.h"
#include "storage/rocks_store.h"

namespace pinion::storage {
namespace {

constexpr int kWriters = 64;
constexpr size_t kValueBytes = 600;

// PINION_BENCH_DIR names the disk to measure; the current directory by default.
std::string MakeDirectory() {
  const char* place = std::getenv("PINION_BENCH_DIR");
  std::string path = std::string(place == nullptr ? "." : place) + "/storage_bench_XXXXXX";
  if (mkdtemp(path.data()) == nullptr) {
    std::abort();
  }
  return path;
}

class DurableWrites : public benchmark::Fixture {
 public:
  void SetUp(const benchmark::State& state) override {
    if (state.thread_index() == 0) {
      directory_ = MakeDirectory();
      store_ = *RocksStore::Open(directory_ + "/store", {});
      commit_ = std::make_unique<GroupCommit>(*store_);
    }
  }
  void TearDown(const benchmark::State& state) override {
    if (state.thread_index() == 0) {
      commit_.reset();
      store_.reset();
      std::filesystem::remove_all(directory_);
    }
  }

 protected:
  std::string directory_;
  std::unique_ptr<RocksStore> store_;
  std::unique_ptr<GroupCommit> commit_;
};

std::string EndpointKey(const benchmark::State& state, uint64_t i) {
  return KeyWriter(KeySpace::kEndpoint)
      .Text("0123456789abcdef0123456789abcdef")
      .Text("endpoint-" + std::to_string(state.thread_index()) + "-" + std::to_string(i))
      .Take();
}

// One writer after the other waits for its own write, as the connections of a server do.
BENCHMARK_DEFINE_F(DurableWrites, ApplyAndWait)(benchmark::State& state) {
  uint64_t i = 0;
  for (auto _ : state) {
    WriteBatch batch;
    batch.Put(EndpointKey(state, i++), std::string(kValueBytes, 'x'));
    batch.Put(EndpointKey(state, i) + "/user", "");
    const auto at = store_->Apply(batch);
    if (!at.ok() || !commit_->WaitUntilDurable(*at).ok()) {
      state.SkipWithError("a write failed");
      break;
    }
  }
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) {
    const GroupCommit::Counters counters = commit_->counters();
    state.counters["group"] =
        static_cast<double>(counters.waiters) / static_cast<double>(counters.syncs);
    state.counters["syncs"] =
        benchmark::Counter(static_cast<double>(counters.syncs), benchmark::Counter::kIsRate);
  }
}
BENCHMARK_REGISTER_F(DurableWrites, ApplyAndWait)->Threads(1)->Threads(kWriters)->UseRealTime();

// Without waiting: what the store itself takes.
BENCHMARK_DEFINE_F(DurableWrites, ApplyOnly)(benchmark::State& state) {
  uint64_t i = 0;
  for (auto _ : state) {
    WriteBatch batch;
    batch.Put(EndpointKey(state, i++), std::string(kValueBytes, 'x'));
    benchmark::DoNotOptimize(store_->Apply(batch).ok());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_REGISTER_F(DurableWrites, ApplyOnly)->Threads(1)->UseRealTime();

// The reference: append as much to a file and make that durable.
void PlainFileSync(benchmark::State& state) {
  const std::string directory = MakeDirectory();
  const int file = ::open((directory + "/file").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  const std::string bytes(static_cast<size_t>(state.range(0)) * kValueBytes, 'x');
  for (auto _ : state) {
    if (::write(file, bytes.data(), bytes.size()) < 0 || ::fdatasync(file) != 0) {
      state.SkipWithError("the file cannot be written");
      break;
    }
  }
  ::close(file);
  std::filesystem::remove_all(directory);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(PlainFileSync)->Arg(1)->Arg(kWriters)->UseRealTime();

void EncodeRecord(benchmark::State& state) {
  for (auto _ : state) {
    RecordWriter writer;
    writer.Text(1, "someone@example.com")
        .Text(2, "ACTIVE")
        .Time(3, base::TimestampFromMillis(1'700'000'000'000));
    writer.Uint(4, 7).Double(5, 52.1).Bool(6, true);
    benchmark::DoNotOptimize(writer.bytes().data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(EncodeRecord);

}  // namespace
}  // namespace pinion::storage

BENCHMARK_MAIN();
