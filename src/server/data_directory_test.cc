#include "server/data_directory.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pinion::server {
namespace {

using ::testing::HasSubstr;

class DataDirectoryTest : public ::testing::Test {
 protected:
  DataDirectoryTest() {
    std::string name = ::testing::TempDir() + "pinion-data-XXXXXX";
    parent_ = ::mkdtemp(name.data());
  }
  ~DataDirectoryTest() override { std::filesystem::remove_all(parent_); }

  std::string parent_;
};

TEST_F(DataDirectoryTest, IsMadeForItsOwnerAlone) {
  const auto directory = DataDirectory::Open(parent_ + "/a/b", 1);

  ASSERT_TRUE(directory.ok()) << directory.error().message;
  struct stat facts {};
  ASSERT_EQ(::stat((parent_ + "/a/b").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0700U);
}

TEST_F(DataDirectoryTest, SecondProcessIsToldWhoHoldsIt) {
  const auto first = DataDirectory::Open(parent_, 1);
  const auto second = DataDirectory::Open(parent_, 1);

  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, base::Errc::kConflict);
  EXPECT_THAT(second.error().message, HasSubstr(std::to_string(::getpid())));
}

TEST_F(DataDirectoryTest, IsFreeAgainAfterwards) {
  { const auto first = DataDirectory::Open(parent_, 1); }
  EXPECT_TRUE(DataDirectory::Open(parent_, 1).ok());
}

TEST_F(DataDirectoryTest, LaterFormatIsRefusedAndBothAreNamed) {
  { const auto newer = DataDirectory::Open(parent_, 7); }

  const auto directory = DataDirectory::Open(parent_, 6);

  ASSERT_FALSE(directory.ok());
  EXPECT_EQ(directory.error().code, base::Errc::kNotImplemented);
  EXPECT_THAT(directory.error().message, HasSubstr("format 7"));
  EXPECT_THAT(directory.error().message, HasSubstr("format 6"));
}

}  // namespace
}  // namespace pinion::server
