// What every store promises, run on each of them.
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/faulty_store.h"
#include "storage/key_value_store.h"
#include "storage/memory_store.h"
#include "storage/rocks_store.h"

namespace pinion::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

// A store with what it needs to live.
class Rig {
 public:
  virtual ~Rig() = default;
  virtual KeyValueStore& store() = 0;
};

class MemoryRig final : public Rig {
 public:
  KeyValueStore& store() override { return store_; }

 private:
  MemoryStore store_;
};

class FaultyRig final : public Rig {
 public:
  KeyValueStore& store() override { return faulty_; }

 private:
  MemoryStore store_;
  FaultyStore faulty_{store_};
};

class RocksRig final : public Rig {
 public:
  RocksRig() : directory_(::testing::TempDir() + "/pinion_store_XXXXXX") {
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    store_ = *RocksStore::Open(directory_, {.write_buffer_bytes = 1 << 20});
  }
  ~RocksRig() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }
  KeyValueStore& store() override { return *store_; }

 private:
  std::string directory_;
  std::unique_ptr<RocksStore> store_;
};

template <class Made>
std::unique_ptr<Rig> Make() {
  return std::make_unique<Made>();
}

struct Implementation {
  std::string name;
  std::function<std::unique_ptr<Rig>()> make;
};

class KeyValueStoreTest : public ::testing::TestWithParam<Implementation> {
 protected:
  void Put(const std::vector<std::string>& keys) {
    WriteBatch batch;
    for (const std::string& key : keys) {
      batch.Put(key, "value of " + key);
    }
    ASSERT_TRUE(store_.Apply(batch).ok());
  }

  static std::vector<std::string> Keys(const Reader& reader, const ScanRange& range) {
    std::vector<std::string> keys;
    const base::Status scanned = reader.Scan(range, [&](std::string_view key, std::string_view) {
      keys.emplace_back(key);
      return true;
    });
    EXPECT_TRUE(scanned.ok());
    return keys;
  }
  std::vector<std::string> Keys(const ScanRange& range) const { return Keys(store_, range); }
  std::vector<std::string> AllKeys() const { return Keys({.prefix = ""}); }

  const std::unique_ptr<Rig> rig_ = GetParam().make();
  KeyValueStore& store_ = rig_->store();
};

TEST_P(KeyValueStoreTest, GetGivesWhatWasPut) {
  const std::string binary("\0\xff\n", 3);
  WriteBatch batch;
  batch.Put(binary, binary);
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_THAT(*store_.Get(binary), Optional(binary));
}

TEST_P(KeyValueStoreTest, GetOfAnAbsentKeyIsEmpty) {
  Put({"a", "c"});

  EXPECT_EQ(*store_.Get("b"), std::nullopt);
}

TEST_P(KeyValueStoreTest, EmptyValueIsNotAbsent) {
  WriteBatch batch;
  batch.Put("a", "");
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_THAT(*store_.Get("a"), Optional(std::string()));
}

TEST_P(KeyValueStoreTest, PutReplaces) {
  Put({"a"});
  WriteBatch batch;
  batch.Put("a", "newer");
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_THAT(*store_.Get("a"), Optional(std::string("newer")));
}

TEST_P(KeyValueStoreTest, DeleteRemovesAndMayBeRepeated) {
  Put({"a", "b"});
  WriteBatch batch;
  batch.Delete("a");
  batch.Delete("never there");
  ASSERT_TRUE(store_.Apply(batch).ok());
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_THAT(AllKeys(), ElementsAre("b"));
}

TEST_P(KeyValueStoreTest, MultiGetAnswersInTheOrderOfTheKeys) {
  Put({"a", "b"});

  const std::vector<std::string> keys = {"b", "x", "a", "b"};
  const auto values = *store_.MultiGet(keys);

  ASSERT_EQ(values.size(), 4U);
  EXPECT_THAT(values[0], Optional(std::string("value of b")));
  EXPECT_EQ(values[1], std::nullopt);
  EXPECT_THAT(values[2], Optional(std::string("value of a")));
  EXPECT_THAT(values[3], Optional(std::string("value of b")));
}

TEST_P(KeyValueStoreTest, ScanVisitsThePrefixInOrder) {
  Put({"b2", "a", "b1", "b", "c", "b10"});

  EXPECT_THAT(Keys({.prefix = "b"}), ElementsAre("b", "b1", "b10", "b2"));
  EXPECT_THAT(AllKeys(), ElementsAre("a", "b", "b1", "b10", "b2", "c"));
  EXPECT_THAT(Keys({.prefix = "d"}), IsEmpty());
}

TEST_P(KeyValueStoreTest, ScanForwardBeginsAtFrom) {
  Put({"a", "b1", "b3", "c"});

  EXPECT_THAT(Keys({.prefix = "b", .from = "b2"}), ElementsAre("b3"));
  EXPECT_THAT(Keys({.prefix = "b", .from = "b3"}), ElementsAre("b3"));
  EXPECT_THAT(Keys({.prefix = "b", .from = "a"}), ElementsAre("b1", "b3"));
  EXPECT_THAT(Keys({.prefix = "b", .from = "c"}), IsEmpty());
}

TEST_P(KeyValueStoreTest, ScanBackwardBeginsAtFrom) {
  Put({"a", "b1", "b3", "c"});
  const auto backward = [&](std::string_view prefix, std::string_view from) {
    return Keys({.prefix = prefix, .from = from, .direction = Direction::kBackward});
  };

  EXPECT_THAT(backward("b", ""), ElementsAre("b3", "b1"));
  EXPECT_THAT(backward("b", "b2"), ElementsAre("b1"));
  EXPECT_THAT(backward("b", "b3"), ElementsAre("b3", "b1"));
  EXPECT_THAT(backward("b", "z"), ElementsAre("b3", "b1"));
  EXPECT_THAT(backward("b", "a"), IsEmpty());
  EXPECT_THAT(backward("", ""), ElementsAre("c", "b3", "b1", "a"));
}

TEST_P(KeyValueStoreTest, ScanOfAPrefixWithoutSuccessorReachesTheEnd) {
  Put({"a", "\xff", "\xff\xff", "\xff\xff\x01"});
  const ScanRange backward = {.prefix = "\xff\xff", .direction = Direction::kBackward};

  EXPECT_THAT(Keys({.prefix = "\xff\xff"}), ElementsAre("\xff\xff", "\xff\xff\x01"));
  EXPECT_THAT(Keys(backward), ElementsAre("\xff\xff\x01", "\xff\xff"));
}

TEST_P(KeyValueStoreTest, ScanStopsWhenTheVisitorSaysSo) {
  Put({"a", "b", "c"});

  int visited = 0;
  ASSERT_TRUE(store_.Scan({.prefix = ""}, [&](auto, auto) { return ++visited < 2; }).ok());

  EXPECT_EQ(visited, 2);
}

TEST_P(KeyValueStoreTest, ScanSeesOneMomentWhileTheVisitorWrites) {
  std::vector<std::string> keys;
  for (int i = 100; i < 200; ++i) {
    keys.push_back("k" + std::to_string(i));
  }
  Put(keys);

  std::vector<std::string> visited;
  const base::Status scanned = store_.Scan({.prefix = "k"}, [&](std::string_view key, auto) {
    visited.emplace_back(key);
    WriteBatch batch;
    batch.DeletePrefix("k");
    batch.Put("k150a", "new");
    EXPECT_TRUE(store_.Apply(batch).ok());
    return true;
  });

  EXPECT_TRUE(scanned.ok());
  EXPECT_EQ(visited, keys);
  EXPECT_THAT(AllKeys(), ElementsAre("k150a"));
}

TEST_P(KeyValueStoreTest, LongScansMissNothingInEitherDirection) {
  std::vector<std::string> keys;
  for (int i = 10000; i < 15000; ++i) {
    keys.push_back(std::to_string(i));
  }
  Put(keys);

  EXPECT_EQ(AllKeys(), keys);
  std::reverse(keys.begin(), keys.end());
  EXPECT_EQ(Keys({.prefix = "", .direction = Direction::kBackward}), keys);
}

TEST_P(KeyValueStoreTest, DeletePrefixRemovesExactlyThePrefix) {
  Put({"a", "b", "b1", "b\xff", "b\xff\xff", "c"});
  WriteBatch batch;
  batch.DeletePrefix("b");
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_THAT(AllKeys(), ElementsAre("a", "c"));
}

TEST_P(KeyValueStoreTest, DeletePrefixWithoutSuccessorRemovesToTheEnd) {
  Put({"\xfe", "\xff", "\xff\xff\xff"});
  WriteBatch batch;
  batch.Put("\xff\xff\xff\xff", "in the same batch");
  batch.DeletePrefix("\xff");
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_THAT(AllKeys(), ElementsAre("\xfe"));
}

TEST_P(KeyValueStoreTest, ChangesOfABatchApplyInOrder) {
  Put({"b0"});
  WriteBatch batch;
  batch.Put("a", "first");
  batch.Put("a", "second");
  batch.Put("b1", "before the delete");
  batch.DeletePrefix("b");
  batch.Put("b2", "after the delete");
  batch.Put("c", "x");
  batch.Delete("c");
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_THAT(AllKeys(), ElementsAre("a", "b2"));
  EXPECT_THAT(*store_.Get("a"), Optional(std::string("second")));
}

TEST_P(KeyValueStoreTest, SequenceGrowsWithEveryApply) {
  WriteBatch batch;
  batch.Delete("nothing there");
  EXPECT_EQ(store_.LastSequence(), 0U);

  const Sequence first = *store_.Apply(batch);
  const Sequence second = *store_.Apply(batch);

  EXPECT_GT(first, 0U);
  EXPECT_GT(second, first);
  EXPECT_EQ(store_.LastSequence(), second);
}

TEST_P(KeyValueStoreTest, EmptyBatchChangesNothing) {
  Put({"a"});
  const Sequence before = store_.LastSequence();

  EXPECT_EQ(*store_.Apply(WriteBatch()), before);
}

TEST_P(KeyValueStoreTest, SnapshotDoesNotSeeLaterWrites) {
  Put({"a", "b", "c1"});
  const std::unique_ptr<Reader> snapshot = store_.Snapshot();
  WriteBatch batch;
  batch.Put("a", "newer");
  batch.Delete("b");
  batch.DeletePrefix("c");
  batch.Put("d", "new");
  ASSERT_TRUE(store_.Apply(batch).ok());
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_THAT(*snapshot->Get("a"), Optional(std::string("value of a")));
  EXPECT_THAT(*snapshot->Get("b"), Optional(std::string("value of b")));
  EXPECT_EQ(*snapshot->Get("d"), std::nullopt);
  EXPECT_THAT(Keys(*snapshot, {.prefix = ""}), ElementsAre("a", "b", "c1"));
  EXPECT_THAT(AllKeys(), ElementsAre("a", "d"));
  EXPECT_THAT(*store_.Get("a"), Optional(std::string("newer")));
}

TEST_P(KeyValueStoreTest, SnapshotsOfSeveralMomentsEndInAnyOrder) {
  Put({"a"});
  std::unique_ptr<Reader> first = store_.Snapshot();
  WriteBatch batch;
  batch.Delete("a");
  batch.Put("b", "2");
  ASSERT_TRUE(store_.Apply(batch).ok());
  const std::unique_ptr<Reader> second = store_.Snapshot();
  Put({"a", "c"});

  EXPECT_THAT(Keys(*first, {.prefix = ""}), ElementsAre("a"));
  first.reset();
  EXPECT_THAT(Keys(*second, {.prefix = ""}), ElementsAre("b"));
  EXPECT_THAT(AllKeys(), ElementsAre("a", "b", "c"));
}

TEST_P(KeyValueStoreTest, SyncSucceeds) {
  Put({"a"});

  EXPECT_TRUE(store_.Sync().ok());
}

TEST_P(KeyValueStoreTest, BytesGrowWithWhatIsStored) {
  const uint64_t before = store_.ApproximateBytes();
  WriteBatch batch;
  batch.Put("a", std::string(100'000, 'x'));
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_GE(store_.ApproximateBytes(), before + 50'000);
}

TEST_P(KeyValueStoreTest, ReadersNeverSeeHalfABatch) {
  constexpr int kBatches = 300;
  std::thread writer([&] {
    for (int i = 0; i < kBatches; ++i) {
      WriteBatch batch;
      batch.Put("left", std::to_string(i));
      batch.Put("right", std::to_string(i));
      EXPECT_TRUE(store_.Apply(batch).ok());
    }
  });

  int torn = 0;
  for (int i = 0; i < kBatches; ++i) {
    std::vector<std::string> values;
    EXPECT_TRUE(store_
                    .Scan({.prefix = ""},
                          [&](auto, std::string_view value) {
                            values.emplace_back(value);
                            return true;
                          })
                    .ok());
    torn += values.empty() || (values.size() == 2 && values[0] == values[1]) ? 0 : 1;
  }
  writer.join();

  EXPECT_EQ(torn, 0);
}

TEST_P(KeyValueStoreTest, ConcurrentWritersLoseNothing) {
  constexpr int kWriters = 8;
  constexpr int kWrites = 200;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([this, writer] {
      Sequence last = 0;
      for (int i = 0; i < kWrites; ++i) {
        WriteBatch batch;
        batch.Put(std::to_string(writer) + "/" + std::to_string(i), "x");
        const Sequence at = *store_.Apply(batch);
        EXPECT_GT(at, last);
        last = at;
      }
    });
  }
  for (std::thread& writer : writers) {
    writer.join();
  }

  EXPECT_EQ(AllKeys().size(), static_cast<size_t>(kWriters * kWrites));
}

INSTANTIATE_TEST_SUITE_P(Stores,
                         KeyValueStoreTest,
                         ::testing::Values(Implementation{"Memory", &Make<MemoryRig>},
                                           Implementation{"Faulty", &Make<FaultyRig>},
                                           Implementation{"Rocks", &Make<RocksRig>}),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pinion::storage
