#include "storage/store_backups.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "storage/rocks_store.h"

namespace pinion::storage {
namespace {

namespace fs = std::filesystem;

constexpr auto kNeverCancelled = [] { return false; };

class StoreBackupsTest : public ::testing::Test {
 protected:
  ~StoreBackupsTest() override {
    store_.reset();
    fs::remove_all(root_);
  }

  static std::string MakeRoot() {
    std::string pattern = ::testing::TempDir() + "/pinion_backups_XXXXXX";
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    return pattern;
  }
  static std::unique_ptr<RocksStore> Open(const std::string& path) {
    auto opened = RocksStore::Open(path, {});
    EXPECT_TRUE(opened.ok());
    return opened.ok() ? *std::move(opened) : nullptr;
  }
  void Put(const std::string& key, const std::string& value) {
    WriteBatch batch;
    batch.Put(key, value);
    ASSERT_TRUE(store_->Apply(batch).ok());
  }
  StoreBackup Make() {
    const auto made = backups_.Make(*store_, "note", kNeverCancelled);
    EXPECT_TRUE(made.ok());
    return *made;
  }

  const std::string root_ = MakeRoot();
  std::unique_ptr<RocksStore> store_ = Open(root_ + "/store");
  StoreBackups backups_{root_ + "/backups"};
};

TEST_F(StoreBackupsTest, RestoredStoreHoldsWhatWasThereAtThatInstant) {
  Put("a", "1");
  const StoreBackup first = Make();
  Put("a", "2");
  const StoreBackup second = Make();

  ASSERT_TRUE(backups_.Restore(first.number, root_ + "/first").ok());
  ASSERT_TRUE(backups_.Restore(second.number, root_ + "/second").ok());
  EXPECT_EQ(**Open(root_ + "/first")->Get("a"), "1");
  EXPECT_EQ(**Open(root_ + "/second")->Get("a"), "2");
  EXPECT_EQ(first.note, "note");
}

TEST_F(StoreBackupsTest, FurtherBackupSharesFilesThatDidNotChange) {
  for (int i = 0; i < 5000; ++i) {
    Put("key" + std::to_string(i), std::string(200, static_cast<char>('a' + i % 26)));
  }
  Make();
  const auto bytes = [this] {
    uintmax_t sum = 0;
    for (const auto& entry : fs::recursive_directory_iterator(root_ + "/backups")) {
      sum += entry.is_regular_file() ? entry.file_size() : 0;
    }
    return sum;
  };
  const uintmax_t once = bytes();
  Put("one", "more");
  Make();

  EXPECT_LT(bytes(), once + once / 2);
  EXPECT_EQ(backups_.List()->size(), 2u);
}

TEST_F(StoreBackupsTest, DamagedFileIsFoundByVerify) {
  Put("a", std::string(1000, 'x'));
  const StoreBackup made = Make();
  ASSERT_TRUE(backups_.Verify(made.number).ok());

  for (const auto& entry : fs::recursive_directory_iterator(root_ + "/backups/shared_checksum")) {
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(20);
    file.put('\xEE');
  }

  EXPECT_FALSE(backups_.Verify(made.number).ok());
}

TEST_F(StoreBackupsTest, MissingFileIsFoundByTheList) {
  Put("a", "1");
  Make();
  fs::remove_all(root_ + "/backups/shared_checksum");

  EXPECT_FALSE(backups_.List().ok());
}

TEST_F(StoreBackupsTest, OnlyTheNewestAreKept) {
  Make();
  Put("a", "1");
  const StoreBackup newest = Make();

  ASSERT_TRUE(backups_.KeepNewest(1).ok());
  const auto left = backups_.List();
  ASSERT_TRUE(left.ok());
  ASSERT_EQ(left->size(), 1u);
  EXPECT_EQ((*left)[0].number, newest.number);
}

TEST_F(StoreBackupsTest, CancelledBackupDoesNotCount) {
  std::mt19937 noise(1);  // does not compress
  for (int i = 0; i < 200; ++i) {
    std::string value(100'000, '\0');
    std::generate(value.begin(), value.end(), [&noise] { return static_cast<char>(noise()); });
    Put("key" + std::to_string(i), value);
  }

  EXPECT_FALSE(backups_.Make(*store_, "", [] { return true; }).ok());
  EXPECT_TRUE(backups_.List()->empty());
}

}  // namespace
}  // namespace pinion::storage
