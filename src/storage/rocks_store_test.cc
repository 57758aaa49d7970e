#include "storage/rocks_store.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

namespace pinion::storage {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Optional;

// Tests that kill a process do it as death tests, which start this program anew (a forked copy
// would lack the threads of RocksDB) and find the directory in the environment.
constexpr const char* kDirectoryVariable = "PINION_ROCKS_STORE_TEST";

class RocksStoreTest : public ::testing::Test {
 protected:
  RocksStoreTest() {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    if (const char* inherited = std::getenv(kDirectoryVariable); inherited != nullptr) {
      directory_ = inherited;
    } else {
      directory_ = ::testing::TempDir() + "/pinion_rocks_XXXXXX";
      EXPECT_NE(mkdtemp(directory_.data()), nullptr);
      setenv(kDirectoryVariable, directory_.c_str(), 1);
      owns_directory_ = true;
    }
    path_ = directory_ + "/store";
  }
  ~RocksStoreTest() override {
    if (owns_directory_) {
      unsetenv(kDirectoryVariable);
      std::filesystem::remove_all(directory_);
    }
  }

  static void Put(RocksStore& store, const std::string& key, const std::string& value) {
    WriteBatch batch;
    batch.Put(key, value);
    ASSERT_TRUE(store.Apply(batch).ok());
  }

  std::string directory_;
  bool owns_directory_ = false;
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
  const auto write_and_die = [&] {
    // Not closed on purpose.
    RocksStore* store = RocksStore::Open(path_, {})->release();
    Put(*store, "synced", "1");
    EXPECT_TRUE(store->Sync().ok());
    Put(*store, "not synced", "2");
    kill(getpid(), SIGKILL);
  };
  EXPECT_EXIT(write_and_die(), ::testing::KilledBySignal(SIGKILL), "");

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
  const auto open_and_exit = [&] {
    const auto second = RocksStore::Open(path_, {});
    std::cerr << (second.ok() ? "opened" : second.error().message) << std::endl;
    _exit(!second.ok() && second.error().code == base::Errc::kConflict ? 0 : 1);
  };
  // The program that a death test starts runs this, too, but is not the one that has the store.
  const auto store = owns_directory_ ? *RocksStore::Open(path_, {}) : nullptr;

  EXPECT_EXIT(open_and_exit(),
              ::testing::ExitedWithCode(0),
              "in use by another process .pid " + std::to_string(getpid()));
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
  const auto write_and_die = [&] {
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
    kill(getpid(), SIGKILL);
  };
  EXPECT_EXIT(write_and_die(), ::testing::KilledBySignal(SIGKILL), "");

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
