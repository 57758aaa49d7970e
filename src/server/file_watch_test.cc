#include "server/file_watch.h"

#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

namespace pinion::server {
namespace {

void Write(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

TEST(FileWatchTest, TellsOnceOfAChangeAReplacementAndARemoval) {
  const std::string path = ::testing::TempDir() + "/pinion_file_watch_test.pem";
  Write(path, "one");
  FileWatch watch({path});
  EXPECT_FALSE(watch.Changed());

  Write(path, "longer");
  EXPECT_TRUE(watch.Changed());
  EXPECT_FALSE(watch.Changed());
  Write(path + ".new", "longer");
  ASSERT_EQ(std::rename((path + ".new").c_str(), path.c_str()), 0);
  EXPECT_TRUE(watch.Changed());
  std::remove(path.c_str());
  EXPECT_TRUE(watch.Changed());
}

}  // namespace
}  // namespace pinion::server
