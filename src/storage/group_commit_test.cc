#include "storage/group_commit.h"

#include <atomic>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "storage/faulty_store.h"
#include "storage/memory_store.h"

namespace pinion::storage {
namespace {

// Sync does not return before the test lets it.
class GatedStore final : public KeyValueStore {
 public:
  base::Result<void> Sync() override {
    began_.release();
    gate_.acquire();
    return store_.Sync();
  }
  // Waits until a Sync has begun.
  void AwaitSync() { began_.acquire(); }
  void LetSyncEnd() { gate_.release(); }

  base::Result<std::optional<std::string>> Get(std::string_view key) const override {
    return store_.Get(key);
  }
  base::Result<std::vector<std::optional<std::string>>> MultiGet(
      std::span<const std::string> keys) const override {
    return store_.MultiGet(keys);
  }
  base::Result<void> Scan(const ScanRange& range, const Visitor& visit) const override {
    return store_.Scan(range, visit);
  }
  base::Result<Sequence> Apply(const WriteBatch& batch) override { return store_.Apply(batch); }
  Sequence LastSequence() const override { return store_.LastSequence(); }
  std::unique_ptr<Reader> Snapshot() const override { return store_.Snapshot(); }
  uint64_t ApproximateBytes() const override { return store_.ApproximateBytes(); }

 private:
  MemoryStore store_;
  std::binary_semaphore began_{0};
  std::binary_semaphore gate_{0};
};

Sequence Write(KeyValueStore& store) {
  WriteBatch batch;
  batch.Put("key", "value");
  return *store.Apply(batch);
}

TEST(GroupCommitTest, WaitReturnsWhenTheSyncIsDone) {
  MemoryStore memory;
  FaultyStore store(memory);
  GroupCommit commit(store);

  const Sequence at = Write(store);

  EXPECT_TRUE(commit.WaitUntilDurable(at).ok());
  EXPECT_EQ(store.syncs(), 1);
  EXPECT_GE(commit.durable(), at);
}

TEST(GroupCommitTest, DurableSequenceCallsBackAtOnceWithoutSync) {
  MemoryStore memory;
  FaultyStore store(memory);
  GroupCommit commit(store);
  const Sequence at = Write(store);
  ASSERT_TRUE(commit.WaitUntilDurable(at).ok());

  std::thread::id called_on;
  commit.WhenDurable(at, [&](base::Status) { called_on = std::this_thread::get_id(); });

  EXPECT_EQ(called_on, std::this_thread::get_id());
  EXPECT_EQ(store.syncs(), 1);
}

TEST(GroupCommitTest, OneSyncServesAllWhoCameBeforeItBegan) {
  GatedStore store;
  std::atomic<int> called = 0;
  GroupCommit commit(store);
  const auto count = [&](base::Status status) { called += status.ok() ? 1 : 0; };
  commit.WhenDurable(Write(store), count);
  store.AwaitSync();
  constexpr int kLater = 100;
  for (int i = 0; i < kLater; ++i) {
    commit.WhenDurable(Write(store), count);
  }
  EXPECT_EQ(called, 0);

  store.LetSyncEnd();
  store.AwaitSync();
  EXPECT_EQ(called, 1);
  store.LetSyncEnd();
  while (commit.counters().waiters < kLater + 1) {
    std::this_thread::yield();
  }

  EXPECT_EQ(commit.counters().syncs, 2U);
  EXPECT_EQ(commit.counters().waiting_now, 0U);
}

TEST(GroupCommitTest, FailedSyncFailsItsWaitersAndNotLaterOnes) {
  MemoryStore memory;
  FaultyStore store(memory);
  GroupCommit commit(store);
  store.FailNextSyncs(1);

  const base::Status first = commit.WaitUntilDurable(Write(store));
  const base::Status second = commit.WaitUntilDurable(Write(store));

  ASSERT_FALSE(first.ok());
  EXPECT_EQ(first.error().code, base::Errc::kUnavailable);
  EXPECT_TRUE(second.ok());
  EXPECT_TRUE(commit.status().ok());
}

TEST(GroupCommitTest, StatusRecoversWhileNobodyWaits) {
  MemoryStore memory;
  FaultyStore store(memory);
  GroupCommit commit(store, {.retry_interval = std::chrono::milliseconds(1)});
  store.FailNextSyncs(3);

  const Sequence at = Write(store);
  EXPECT_FALSE(commit.WaitUntilDurable(at).ok());
  while (!commit.status().ok()) {
    std::this_thread::yield();
  }

  EXPECT_EQ(store.syncs(), 4);
  EXPECT_EQ(commit.counters().failed_syncs, 3U);
  EXPECT_GE(commit.durable(), at);
}

TEST(GroupCommitTest, FailedSyncShowsInTheStatusUntilOneSucceeds) {
  MemoryStore memory;
  FaultyStore store(memory);
  GroupCommit commit(store, {.retry_interval = std::chrono::hours(1)});
  store.FailNextSyncs(1);

  EXPECT_FALSE(commit.WaitUntilDurable(Write(store)).ok());
  EXPECT_FALSE(commit.status().ok());
  EXPECT_EQ(commit.durable(), 0U);

  EXPECT_TRUE(commit.WaitUntilDurable(store.LastSequence()).ok());
  EXPECT_TRUE(commit.status().ok());
}

TEST(GroupCommitTest, DestructorAnswersWhoStillWaits) {
  GatedStore store;
  std::atomic<int> called = 0;
  std::thread opener;
  {
    GroupCommit commit(store);
    const auto count = [&](base::Status status) { called += status.ok() ? 1 : 0; };
    commit.WhenDurable(Write(store), count);
    store.AwaitSync();
    commit.WhenDurable(Write(store), count);
    opener = std::thread([&] {
      store.LetSyncEnd();
      store.AwaitSync();
      store.LetSyncEnd();
    });
  }
  opener.join();

  EXPECT_EQ(called, 2);
}

TEST(GroupCommitTest, ManyWritersShareSyncs) {
  MemoryStore memory;
  FaultyStore store(memory);
  GroupCommit commit(store);
  constexpr int kWriters = 16;
  constexpr int kWrites = 100;
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&] {
      for (int write = 0; write < kWrites; ++write) {
        const Sequence at = Write(store);
        EXPECT_TRUE(commit.WaitUntilDurable(at).ok());
        EXPECT_GE(commit.durable(), at);
      }
    });
  }
  for (std::thread& writer : writers) {
    writer.join();
  }

  EXPECT_LE(commit.counters().waiters, static_cast<uint64_t>(kWriters * kWrites));
  EXPECT_GE(commit.durable(), store.LastSequence());
}

}  // namespace
}  // namespace pinion::storage
