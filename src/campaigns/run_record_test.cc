#include "campaigns/run_record.h"

#include <gtest/gtest.h>

namespace pinion::campaigns {
namespace {

TEST(RunRecordTest, SurvivesTheStore) {
  RunRecord record;
  record.campaign_id = "c";
  record.campaign_version = 3;
  record.scheduled = base::TimestampFromMillis(1000);
  record.started = base::TimestampFromMillis(2000);
  record.phase = RunPhase::kRunning;
  record.next_ordinal = 4'000'000'000;
  record.listed = 10;
  record.records_expected = 7;
  record.waiting_until = base::TimestampFromMillis(8000);
  record.templates_json = "{}";
  record.metrics.Add(Metric::kEndpointProduced, 12);
  record.metrics.Add(Metric::kUnknown);

  const auto read = DecodeRunRecord(Encode(record));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, record);
}

TEST(RunRecordTest, DamageIsSeen) {
  EXPECT_FALSE(DecodeRunRecord("\x01").ok());
}

TEST(ExecutionMetricsTest, AllKeysAreThereAsDecimalStrings) {
  ExecutionMetrics metrics;
  metrics.Add(Metric::kSuccess, 3);
  const auto map = metrics.ToMap();
  EXPECT_EQ(map.size(), 26U);
  EXPECT_EQ(*map.Find("SUCCESS"), "3");
  EXPECT_EQ(*map.Find("ENDPOINT_PRODUCED"), "0");
  EXPECT_EQ(ExecutionMetrics::FromMap(map), metrics);
}

}  // namespace
}  // namespace pinion::campaigns
