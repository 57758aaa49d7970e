#include "storage/durable_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace pinion::storage {
namespace {

namespace fs = std::filesystem;

class DurableFileTest : public ::testing::Test {
 protected:
  DurableFileTest() {
    std::string pattern = ::testing::TempDir() + "/pinion_durable_file_XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ + "/file";
  }
  ~DurableFileTest() override { fs::remove_all(folder_); }

  static std::string TextOf(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  size_t Names() const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  std::string folder_;
  std::string path_;
};

TEST_F(DurableFileTest, AppearsWholeWhenItIsFinished) {
  ASSERT_TRUE(WriteDurableFile(path_, "before").ok());
  auto file = DurableFile::Create(path_);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE(file->Write("af").ok());
  EXPECT_EQ(TextOf(path_), "before");

  ASSERT_TRUE(file->Write("ter").ok());
  ASSERT_TRUE(file->Finish().ok());

  EXPECT_EQ(TextOf(path_), "after");
  EXPECT_EQ(Names(), 1U);
}

TEST_F(DurableFileTest, UnfinishedOneLeavesNothing) {
  {
    auto file = DurableFile::Create(path_);
    ASSERT_TRUE(file->Write("half").ok());
  }
  EXPECT_EQ(Names(), 0U);
}

TEST_F(DurableFileTest, DraftOfAnEarlierProcessIsReplaced) {
  std::ofstream(path_ + ".draft") << "left over and longer";

  ASSERT_TRUE(WriteDurableFile(path_, "new").ok());

  EXPECT_EQ(TextOf(path_), "new");
  EXPECT_EQ(Names(), 1U);
}

TEST_F(DurableFileTest, OnlyTheOwnerMayReadIt) {
  ASSERT_TRUE(WriteDurableFile(path_, "secret").ok());
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(DurableFileTest, FailureNamesThePath) {
  const auto failed = WriteDurableFile(folder_ + "/absent/file", "x");
  ASSERT_FALSE(failed.ok());
  EXPECT_NE(failed.error().message.find("/absent/file"), std::string::npos);
  EXPECT_FALSE(SyncFolder(folder_ + "/absent").ok());
}

}  // namespace
}  // namespace pinion::storage
