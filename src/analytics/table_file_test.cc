#include "analytics/table_file.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "analytics/analytics_fixture.h"

namespace pinion::analytics {
namespace {

class TableFileTest : public ::testing::Test {
 protected:
  TableFileTest() {
    std::string folder = ::testing::TempDir() + "table_file_XXXXXX";
    folder_ = ::mkdtemp(folder.data());
    file_ = folder_ + "/tables.duckdb";
  }
  ~TableFileTest() override { std::filesystem::remove_all(folder_); }

  void Open(AnalyticsStore& tables) {
    auto database = OpenTableFile(file_, {.threads = 1});
    ASSERT_TRUE(database.ok()) << database.error().message;
    ASSERT_TRUE(tables.Open(*std::move(database)).ok());
  }

  std::string folder_;
  std::string file_;
};

TEST_F(TableFileTest, RowsAndPositionAreThereAgainAfterwards) {
  const std::vector<eventlog::LoggedEvent> events = {
      {7, kShop, AMessage("m", "2026-11-23T11:15").Event("_email.send")}};
  {
    AnalyticsStore tables;
    Open(tables);
    ASSERT_TRUE(tables.Add(events).ok());
  }
  AnalyticsStore tables;
  Open(tables);

  EXPECT_EQ(tables.position(), 7U);
  const auto rows = tables.Query("SELECT count(*) FROM messages", {});
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->front().front(), SqlValue(int64_t{1}));
}

TEST_F(TableFileTest, AFileThatCannotBeReadIsPutAside) {
  std::ofstream(file_) << "no database";

  AnalyticsStore tables;
  Open(tables);

  EXPECT_EQ(tables.position(), 0U);
  EXPECT_TRUE(std::filesystem::exists(file_ + ".damaged"));
}

TEST_F(TableFileTest, TablesOfAnotherFormatAreMadeAnew) {
  {
    auto database = OpenTableFile(file_, {.threads = 1});
    ASSERT_TRUE(database.ok());
    auto session = (*database)->Connect();
    ASSERT_TRUE(session.ok());
    ASSERT_TRUE((*session)->Execute("CREATE TABLE progress (format BIGINT, position BIGINT)").ok());
    ASSERT_TRUE((*session)->Execute("INSERT INTO progress VALUES (-1, 5)").ok());
  }
  AnalyticsStore tables;
  Open(tables);

  EXPECT_EQ(tables.position(), 0U);
}

}  // namespace
}  // namespace pinion::analytics
