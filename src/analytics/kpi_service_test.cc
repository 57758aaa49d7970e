#include "analytics/kpi_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analytics/analytics_feed.h"
#include "analytics/analytics_fixture.h"
#include "base/work_tracker.h"
#include "storage/group_commit.h"
#include "storage/memory_store.h"

namespace pinion::analytics {
namespace {

using ::testing::HasSubstr;

// The way from the log to an answer.
class KpiServiceTest : public ::testing::Test {
 protected:
  KpiServiceTest() {
    EXPECT_TRUE(log_.Open().ok());
    auto database = OpenDuckDb("", {.threads = 1});
    EXPECT_TRUE(database.ok());
    EXPECT_TRUE(feed_.Open(*std::move(database)).ok());
    consumers_.Register(feed_);
    EXPECT_TRUE(consumers_.Start().ok());
  }
  ~KpiServiceTest() override { consumers_.Stop(); }

  void Log(const eventlog::Event& event) {
    storage::WriteBatch batch;
    const auto append = log_.Add(kShop, std::span(&event, 1), batch);
    ASSERT_TRUE(store_.Apply(batch).ok());
  }
  base::Result<KpiAnswer> Get(std::optional<std::string_view> start,
                              std::optional<std::string_view> end,
                              const std::string& name = "txn-emails-sent") {
    KpiCall call{.app = kShop, .source_id = "", .name = name, .start = {}, .end = {}};
    if (start) {
      call.start = At(*start);
    }
    if (end) {
      call.end = At(*end);
    }
    return kpis_.Get(call);
  }

  storage::MemoryStore store_;
  storage::GroupCommit commit_{store_};
  base::WorkTracker work_;
  base::ManualClock clock_{At("2026-11-23T11:15")};
  eventlog::EventLog log_{store_, work_};
  eventlog::ConsumerGroup consumers_{log_, store_, work_};
  AnalyticsStore tables_;
  AnalyticsFeed feed_{{tables_, log_, store_, commit_}, {}};
  KpiService kpis_{{tables_, log_, consumers_, clock_}};
};

TEST_F(KpiServiceTest, AnAnswerKnowsOfEveryEventThatWasThereBefore) {
  for (int i = 1; i <= 3; ++i) {
    Log(AMessage("m" + std::to_string(i), "2026-11-23T11:00").Event("_email.send"));

    const auto answer = Get({}, {});

    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->result.rows.at(0).values.at(0).value, std::to_string(i) + ".0");
  }
}

TEST_F(KpiServiceTest, WithoutARangeItIsTheLast30DaysAndToday) {
  const auto answer = Get({}, {});

  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->start, At("2026-10-24T00:00"));
  EXPECT_EQ(answer->end, At("2026-11-23T11:15"));
}

TEST_F(KpiServiceTest, AStartAloneReaches31DaysOrUntilNow) {
  EXPECT_EQ(Get("2026-01-01T06:00", {})->end, At("2026-02-01T06:00"));
  EXPECT_EQ(Get("2026-11-20T00:00", {})->end, At("2026-11-23T11:15"));
  EXPECT_EQ(Get("2030-01-01T00:00", {})->end, At("2030-01-01T00:00"));
}

TEST_F(KpiServiceTest, AnEndAloneBeginsOnTheDay30DaysBefore) {
  EXPECT_EQ(Get({}, "2026-03-31T18:00")->start, At("2026-03-01T00:00"));
}

TEST_F(KpiServiceTest, ARangeMayBeLongOldOrInTheFuture) {
  EXPECT_TRUE(Get("1980-01-01T00:00", "2080-01-01T00:00").ok());
  EXPECT_TRUE(Get("2080-01-01T00:00", "2080-01-02T00:00").ok());
}

TEST_F(KpiServiceTest, ARangeThatEndsBeforeItBeginsIsRefused) {
  const auto answer = Get("2026-11-02T00:00", "2026-11-01T00:00");

  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, base::Errc::kInvalidArgument);
}

TEST_F(KpiServiceTest, AnEndWithoutFractionIncludesItsSecond) {
  Log(AMessage("m", "2026-11-23T10:00:00.900").Event("_email.send"));

  EXPECT_EQ(Get("2026-11-23T00:00", "2026-11-23T10:00:00")->result.rows.size(), 1U);
  EXPECT_EQ(Get("2026-11-23T00:00", "2026-11-23T10:00:00.800")->result.rows.size(), 0U);
}

TEST_F(KpiServiceTest, AnUnknownNameIsToldTheNearestOnes) {
  const auto answer = Get({}, {}, "txn-email-sent");

  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, base::Errc::kInvalidArgument);
  EXPECT_THAT(answer.error().message, HasSubstr("Unknown KPI 'txn-email-sent'"));
  EXPECT_THAT(answer.error().message, HasSubstr("'txn-emails-sent'"));
}

TEST_F(KpiServiceTest, ARowHasItsGroupAndOneValue) {
  Log(AMessage("m", "2026-11-23T10:00").Event("_email.send"));

  const auto answer = Get({}, {}, "txn-emails-sent-grouped-by-date");

  ASSERT_TRUE(answer.ok());
  const model::ResultRow& row = answer->result.rows.at(0);
  EXPECT_EQ(row.grouped_bys.at(0).key, "Date");
  EXPECT_EQ(row.grouped_bys.at(0).type, "String");
  EXPECT_EQ(row.grouped_bys.at(0).value, "2026-11-23");
  EXPECT_EQ(row.values.at(0).key, "TxnEmailsSent");
  EXPECT_EQ(row.values.at(0).type, "Double");
  EXPECT_EQ(row.values.at(0).value, "1.0");
}

TEST(KpiValueTextTest, IsTheShortestDecimalFormWithAtLeastOneDecimal) {
  EXPECT_EQ(KpiValueText(62), "62.0");
  EXPECT_EQ(KpiValueText(0), "0.0");
  EXPECT_EQ(KpiValueText(0.75), "0.75");
  EXPECT_EQ(KpiValueText(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(KpiValueText(1e-7), "0.0000001");
  EXPECT_EQ(KpiValueText(12345678901), "12345678901.0");
}

}  // namespace
}  // namespace pinion::analytics
