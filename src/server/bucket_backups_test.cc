#include "server/bucket_backups.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pinion::server {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr auto kNeverCancelled = [] { return false; };

class BucketBackupsTest : public ::testing::Test {
 protected:
  BucketBackupsTest() {
    std::string pattern = ::testing::TempDir() + "/pinion_buckets_XXXXXX";
    root_ = ::mkdtemp(pattern.data());
  }
  ~BucketBackupsTest() override { fs::remove_all(root_); }

  std::string Buckets() const { return root_ + "/buckets"; }
  std::string Folder() const { return root_ + "/backup"; }
  BucketBackups Backups() const { return BucketBackups(Folder()); }

  void Write(const std::string& path, const std::string& content) const {
    const fs::path full = Buckets() + "/" + path;
    fs::create_directories(full.parent_path());
    std::ofstream(full, std::ios::binary) << content;
  }
  void Make(uint32_t number) const {
    const auto made = Backups().Make(number, Buckets(), kNeverCancelled);
    ASSERT_TRUE(made.ok()) << made.error().message;
  }
  // Path → content of what a restore makes.
  std::map<std::string, std::string> Restored(uint32_t number) const {
    const std::string target = root_ + "/restored-" + std::to_string(number);
    const base::Status restored = Backups().Restore(number, target);
    EXPECT_TRUE(restored.ok()) << restored.error().message;
    std::map<std::string, std::string> files;
    if (!fs::exists(target)) {
      return files;
    }
    for (const auto& entry : fs::recursive_directory_iterator(target)) {
      if (entry.is_regular_file()) {
        std::ifstream file(entry.path(), std::ios::binary);
        files[entry.path().lexically_relative(target).string()] =
            std::string(std::istreambuf_iterator<char>(file), {});
      }
    }
    return files;
  }
  size_t Contents() const {
    const fs::directory_iterator files(Folder() + "/files");
    return static_cast<size_t>(std::distance(fs::begin(files), fs::end(files)));
  }

  std::string root_;
};

using Files = std::map<std::string, std::string>;

TEST_F(BucketBackupsTest, RestoreGivesTheFilesOfTheBackup) {
  const Files files = {{"b/people.csv", "a,b\n"}, {"b/deep/er/x y%.gz", std::string("\0\1", 2)}};
  for (const auto& [path, content] : files) {
    Write(path, content);
  }
  Make(1);
  Write("b/people.csv", "other");
  Make(2);

  EXPECT_EQ(Restored(1), files);
  EXPECT_EQ(Restored(2).at("b/people.csv"), "other");
}

TEST_F(BucketBackupsTest, WithoutBucketsThereIsAnEmptyBackup) {
  Make(1);
  EXPECT_TRUE(Backups().Has(1));
  EXPECT_EQ(Restored(1), Files());
}

TEST_F(BucketBackupsTest, FilesThatAreNoObjectsAreLeftOut) {
  Write("b/.part-00000.gz", "half");
  Write("b/x", "whole");
  fs::create_symlink("/etc/hostname", Buckets() + "/b/link");
  Make(1);
  EXPECT_EQ(Restored(1), (Files{{"b/x", "whole"}}));
}

TEST_F(BucketBackupsTest, WhatDidNotChangeIsKeptOnce) {
  Write("b/one", "same");
  Write("b/two", "same");
  Make(1);
  Make(2);
  EXPECT_EQ(Contents(), 1U);
}

TEST_F(BucketBackupsTest, FileOfTheSameSizeThatChangedIsCopied) {
  Write("b/x", "old");
  Make(1);
  Write("b/x", "new");
  fs::last_write_time(Buckets() + "/b/x",
                      fs::last_write_time(Buckets() + "/b/x") + std::chrono::seconds(2));
  Make(2);
  EXPECT_EQ(Restored(2).at("b/x"), "new");
}

TEST_F(BucketBackupsTest, DamageIsFound) {
  Write("b/x", "content");
  Make(1);
  ASSERT_TRUE(Backups().Verify(1).ok());

  std::ofstream(fs::directory_iterator(Folder() + "/files")->path()) << "altered";

  const base::Status verified = Backups().Verify(1);
  ASSERT_FALSE(verified.ok());
  EXPECT_THAT(verified.error().message, HasSubstr("damaged"));
  EXPECT_FALSE(Backups().Restore(1, root_ + "/restored").ok());
}

TEST_F(BucketBackupsTest, AlteredListIsFound) {
  Write("b/x", "content");
  Make(1);
  std::fstream list(Folder() + "/lists/1.json", std::ios::in | std::ios::out);
  list.seekp(20);
  list.put('#');
  list.close();
  EXPECT_FALSE(Backups().Verify(1).ok());
}

TEST_F(BucketBackupsTest, MissingFileIsFound) {
  Write("b/x", "content");
  Make(1);
  fs::remove(fs::directory_iterator(Folder() + "/files")->path());
  EXPECT_FALSE(Backups().Verify(1).ok());
  Make(2);
  EXPECT_EQ(Restored(2).at("b/x"), "content");
}

TEST_F(BucketBackupsTest, KeepingSomeRemovesWhatOnlyOthersNeed) {
  Write("b/stays", "stays");
  Write("b/goes", "goes");
  Make(1);
  fs::remove(Buckets() + "/b/goes");
  Make(2);
  ASSERT_EQ(Contents(), 2U);

  const uint32_t kept[] = {2};
  ASSERT_TRUE(Backups().KeepOnly(kept).ok());

  EXPECT_FALSE(Backups().Has(1));
  EXPECT_EQ(Contents(), 1U);
  EXPECT_EQ(Restored(2), (Files{{"b/stays", "stays"}}));
}

TEST_F(BucketBackupsTest, CancelledBackupDoesNotCount) {
  Write("b/x", "content");
  EXPECT_FALSE(Backups().Make(1, Buckets(), [] { return true; }).ok());
  EXPECT_FALSE(Backups().Has(1));
}

}  // namespace
}  // namespace pinion::server
