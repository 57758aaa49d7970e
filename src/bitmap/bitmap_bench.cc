// Sets over ten million ordinals: what a count of four criteria and its building blocks cost.
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include "bitmap/bitmap.h"
#include "bitmap/posting_set.h"

namespace pinion::bitmap {
namespace {

constexpr uint32_t kOrdinals = 10'000'000;

// Each ordinal is a member with a probability of one in `one_in`.
Bitmap RandomSet(uint32_t one_in, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<uint32_t> members;
  for (uint32_t i = 0; i < kOrdinals; ++i) {
    if (random() % one_in == 0) {
      members.push_back(i);
    }
  }
  return Bitmap::FromSorted(members);
}

void CountOfFour(benchmark::State& state) {
  const auto one_in = static_cast<uint32_t>(state.range(0));
  std::vector<Bitmap> sets;
  std::vector<const Bitmap*> pointers;
  for (unsigned seed = 0; seed < 4; ++seed) {
    sets.push_back(RandomSet(one_in, seed));
  }
  for (const Bitmap& set : sets) {
    pointers.push_back(&set);
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(Bitmap::IntersectionCardinality(pointers));
  }
}
BENCHMARK(CountOfFour)->Arg(2)->Arg(4)->Arg(10)->Arg(1000)->Unit(benchmark::kMicrosecond);

void AndOfTwo(benchmark::State& state) {
  const auto one_in = static_cast<uint32_t>(state.range(0));
  const Bitmap a = RandomSet(one_in, 1);
  const Bitmap b = RandomSet(one_in, 2);
  for (auto _ : state) {
    benchmark::DoNotOptimize(a & b);
  }
}
BENCHMARK(AndOfTwo)->Arg(2)->Arg(1000)->Unit(benchmark::kMicrosecond);

void Copy(benchmark::State& state) {
  const Bitmap all = Bitmap::UpTo(kOrdinals);
  for (auto _ : state) {
    benchmark::DoNotOptimize(Bitmap(all));
  }
}
BENCHMARK(Copy)->Unit(benchmark::kMicrosecond);

void Iterate(benchmark::State& state) {
  const Bitmap set = RandomSet(static_cast<uint32_t>(state.range(0)), 1);
  for (auto _ : state) {
    uint64_t sum = 0;
    set.ForEach([&sum](uint32_t ordinal) { sum += ordinal; });
    benchmark::DoNotOptimize(sum);
  }
}
BENCHMARK(Iterate)->Arg(2)->Arg(100)->Unit(benchmark::kMicrosecond);

void UnionOfManyPostings(benchmark::State& state) {
  std::vector<PostingSet> postings(100000);
  for (uint32_t i = 0; i < kOrdinals / 10; ++i) {
    postings[i * 2654435761u % postings.size()].Add(i * 10);
  }
  for (auto _ : state) {
    UnionBuilder builder;
    for (const PostingSet& posting : postings) {
      posting.AddTo(builder);
    }
    benchmark::DoNotOptimize(builder.Build());
  }
}
BENCHMARK(UnionOfManyPostings)->Unit(benchmark::kMicrosecond);

void AppendToPosting(benchmark::State& state) {
  for (auto _ : state) {
    PostingSet posting;
    for (uint32_t i = 0; i < 100000; ++i) {
      posting.Add(i * 7);
    }
    benchmark::DoNotOptimize(posting);
  }
  state.SetItemsProcessed(state.iterations() * 100000);
}
BENCHMARK(AppendToPosting);

}  // namespace
}  // namespace pinion::bitmap

BENCHMARK_MAIN();
