#include "storage/rocks_store.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pinion::storage {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Optional;

class RocksStoreTest : public ::testing::Test {
 protected:
  RocksStoreTest() : directory_(::testing::TempDir() + "/pinion_rocks_XXXXXX") {
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    path_ = directory_ + "/store";
  }
  ~RocksStoreTest() override { std::filesystem::remove_all(directory_); }

  static void Put(RocksStore& store, const std::string& key, const std::string& value) {
    WriteBatch batch;
    batch.Put(key, value);
    ASSERT_TRUE(store.Apply(batch).ok());
  }

  // Runs `body` in a process of its own, which then dies without any clean-up.
  template <class Body>
  static void InAProcessThatIsKilled(const Body& body) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      body();
      kill(getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
  }

  std::string directory_;
  std::string path_;
};

TEST_F(RocksStoreTest, ReopeningKeepsEverythingAndTheSequenceGoesOn) {
  Sequence before = 0;
  {
    const auto store = *RocksStore::Open(path_, {});
    Put(*store, "a", "1");
    Put(*store, "b", "2");
    before = store->LastSequence();
  }

  const auto store = *RocksStore::Open(path_, {});

  EXPECT_THAT(*store->Get("a"), Optional(std::string("1")));
  EXPECT_THAT(*store->Get("b"), Optional(std::string("2")));
  EXPECT_GE(store->LastSequence(), before);
}

TEST_F(RocksStoreTest, KilledProcessKeepsWhatWasSynced) {
  InAProcessThatIsKilled([&] {
    // Not closed on purpose.
    RocksStore* store = RocksStore::Open(path_, {})->release();
    Put(*store, "synced", "1");
    WriteBatch batch;
    batch.DeletePrefix("x");
    EXPECT_TRUE(store->Apply(batch).ok());
    EXPECT_TRUE(store->Sync().ok());
    Put(*store, "not synced", "2");
  });

  const auto store = *RocksStore::Open(path_, {});

  EXPECT_THAT(*store->Get("synced"), Optional(std::string("1")));
}

TEST_F(RocksStoreTest, SecondOpeningInTheSameProcessIsAConflict) {
  const auto store = *RocksStore::Open(path_, {});

  const auto second = RocksStore::Open(path_, {});

  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, base::Errc::kConflict);
  EXPECT_THAT(second.error().message, HasSubstr(path_));
}

TEST_F(RocksStoreTest, OpeningInAnotherProcessNamesTheProcessThatHasIt) {
  const auto store = *RocksStore::Open(path_, {});
  const std::string expected = "(pid " + std::to_string(getpid()) + ")";

  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // RocksDB knows by its path what this process has open, and the child has that knowledge too;
    // another spelling takes it to the lock file.
    const auto second = RocksStore::Open(directory_ + "/./store", {});
    const bool as_promised = !second.ok() && second.error().code == base::Errc::kConflict &&
                             second.error().message.find(expected) != std::string::npos;
    _exit(as_promised ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(RocksStoreTest, DamagedFilesAreReportedNotOpened) {
  { const auto store = *RocksStore::Open(path_, {}); }
  std::ofstream(path_ + "/CURRENT", std::ios::trunc) << "nonsense";

  const auto opened = RocksStore::Open(path_, {});

  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, base::Errc::kInternal);
  EXPECT_THAT(opened.error().message, HasSubstr("damaged"));
}

TEST_F(RocksStoreTest, PlaceThatCannotBeADirectoryIsReported) {
  std::ofstream(path_) << "a file";

  const auto opened = RocksStore::Open(path_, {});

  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error().message, HasSubstr(path_));
}

TEST_F(RocksStoreTest, WritesGoOnByThemselvesAfterTheDiskRefusedSome) {
  InAProcessThatIsKilled([&] {
    RocksStore* store = RocksStore::Open(path_, {})->release();
    // The log cannot grow beyond this; the files of a recovery are smaller, since the values
    // compress well.
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {.rlim_cur = 1 << 20, .rlim_max = RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &limit);
    const auto write = [&](int i) {
      WriteBatch batch;
      batch.Put("key" + std::to_string(i), std::string(100'000, 'x'));
      return store->Apply(batch).ok() && store->Sync().ok();
    };
    int written = 0;
    while (write(written)) {
      ++written;
    }
    const bool noticed = !store->Health().ok();
    while (!write(written)) {
      std::this_thread::yield();
    }
    WriteBatch batch;
    batch.Put("outcome", std::to_string(written) + (noticed && store->Health().ok() ? " ok" : ""));
    EXPECT_TRUE(store->Apply(batch).ok() && store->Sync().ok());
  });

  const auto store = *RocksStore::Open(path_, {});

  const std::string outcome = store->Get("outcome")->value_or("lost");
  EXPECT_THAT(outcome, EndsWith(" ok"));
  const int written = std::stoi(outcome);
  EXPECT_GT(written, 3);
  for (int i = 0; i <= written; ++i) {
    EXPECT_TRUE(store->Get("key" + std::to_string(i))->has_value()) << i;
  }
}

TEST_F(RocksStoreTest, CheckpointIsAStoreOfThatMoment) {
  const auto store = *RocksStore::Open(path_, {});
  Put(*store, "a", "before");
  ASSERT_TRUE(store->Checkpoint(directory_ + "/copy").ok());
  Put(*store, "a", "after");

  const auto copy = *RocksStore::Open(directory_ + "/copy", {});

  EXPECT_THAT(*copy->Get("a"), Optional(std::string("before")));
}

}  // namespace
}  // namespace pinion::storage
