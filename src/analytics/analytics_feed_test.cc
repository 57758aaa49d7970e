#include "analytics/analytics_feed.h"

#include <gtest/gtest.h>

#include "analytics/analytics_fixture.h"
#include "base/work_tracker.h"
#include "storage/faulty_store.h"
#include "storage/memory_store.h"

namespace pinion::analytics {
namespace {

// Keeps a database alive beyond the tables that stand on it, as a file would.
class SharedDatabase final : public SqlDatabase {
 public:
  explicit SharedDatabase(std::shared_ptr<SqlDatabase> database) : database_(std::move(database)) {}
  base::Result<std::unique_ptr<SqlSession>> Connect() override { return database_->Connect(); }

 private:
  const std::shared_ptr<SqlDatabase> database_;
};

class AnalyticsFeedTest : public ::testing::Test {
 protected:
  AnalyticsFeedTest() { EXPECT_TRUE(log_.Open().ok()); }

  static std::shared_ptr<SqlDatabase> NewDatabase() {
    auto database = OpenDuckDb("", {.threads = 1});
    EXPECT_TRUE(database.ok());
    return *std::move(database);
  }

  // One life of the process: opens the tables, takes what is in the log; the rows of messages then.
  int64_t RunUntilQuiet() {
    AnalyticsStore tables;
    AnalyticsFeed feed({tables, log_, store_, commit_}, {.gather_time = {}});
    EXPECT_TRUE(feed.Open(std::make_unique<SharedDatabase>(database_)).ok());
    eventlog::ConsumerGroup consumers(log_, store_, work_, {.retry_delay = {}});
    consumers.Register(feed);
    EXPECT_TRUE(consumers.Start().ok());
    work_.WaitUntilQuiet();
    consumers.Stop();
    EXPECT_EQ(tables.position(), log_.end());
    const auto rows = tables.Query("SELECT count(*) FROM messages", {});
    return rows.ok() ? std::get<int64_t>(rows->front().front()) : -1;
  }

  void Log(const std::string& message, const base::AppId& app = kShop) {
    const eventlog::Event event = AMessage(message, "2026-11-23T11:15").Event("_email.send");
    storage::WriteBatch batch;
    const auto append = log_.Add(app, std::span(&event, 1), batch);
    ASSERT_TRUE(memory_.Apply(batch).ok());
  }

  storage::MemoryStore memory_;
  storage::FaultyStore store_{memory_};
  storage::GroupCommit commit_{memory_};
  base::WorkTracker work_;
  eventlog::EventLog log_{memory_, work_};
  std::shared_ptr<SqlDatabase> database_ = NewDatabase();
};

TEST_F(AnalyticsFeedTest, ARestartGoesOnWhereTheTablesAre) {
  Log("1");
  EXPECT_EQ(RunUntilQuiet(), 1);
  Log("2");
  EXPECT_EQ(RunUntilQuiet(), 2);
  EXPECT_EQ(RunUntilQuiet(), 2);
}

TEST_F(AnalyticsFeedTest, LostTablesAreBuiltAnewFromTheLog) {
  Log("1");
  Log("2");
  RunUntilQuiet();

  database_ = NewDatabase();

  EXPECT_EQ(RunUntilQuiet(), 2);
}

TEST_F(AnalyticsFeedTest, TablesThatKnowMoreThanTheLogAreBuiltAnew) {
  Log("1");
  {
    AnalyticsStore tables;
    ASSERT_TRUE(tables.Open(std::make_unique<SharedDatabase>(database_)).ok());
    const std::vector<eventlog::LoggedEvent> events = {
        {99, kShop, AMessage("stray", "2026-11-23T11:15").Event("_email.send")}};
    ASSERT_TRUE(tables.Add(events).ok());
  }
  EXPECT_EQ(RunUntilQuiet(), 1);
}

TEST_F(AnalyticsFeedTest, ADeletionThatACrashInterruptedIsFinishedAtTheStart) {
  Log("1", kShop);
  Log("2", kOther);
  EXPECT_EQ(RunUntilQuiet(), 2);

  storage::WriteBatch batch;
  AnalyticsFeed::MarkDeletion(kShop, batch);
  ASSERT_TRUE(memory_.Apply(batch).ok());
  EXPECT_EQ(RunUntilQuiet(), 1);

  // It is done once: what a later application of the same id does stays.
  Log("3", kShop);
  EXPECT_EQ(RunUntilQuiet(), 2);
  EXPECT_EQ(RunUntilQuiet(), 2);
}

TEST_F(AnalyticsFeedTest, ADeletionWhoseMarkCannotBeTakenAwayIsDoneAgainAtTheStart) {
  AnalyticsStore tables;
  AnalyticsFeed feed({tables, log_, store_, commit_}, {.gather_time = {}});
  ASSERT_TRUE(feed.Open(std::make_unique<SharedDatabase>(database_)).ok());
  storage::WriteBatch batch;
  AnalyticsFeed::MarkDeletion(kShop, batch);
  ASSERT_TRUE(memory_.Apply(batch).ok());
  store_.FailNextApplies(1);
  feed.Delete(kShop);

  EXPECT_EQ(RunUntilQuiet(), 0);
  Log("1", kShop);
  EXPECT_EQ(RunUntilQuiet(), 1);
}

}  // namespace
}  // namespace pinion::analytics
