#include "events/event_stream_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/memory_store.h"

namespace pinion::events {
namespace {

constexpr char kKinesis[] = "arn:aws:kinesis:us-east-1:123456789012:stream/shop";
constexpr char kFirehose[] = "arn:aws-cn:firehose:cn-north-1:123456789012:deliverystream/a_b.c-1";
constexpr char kRole[] = "arn:aws:iam::123456789012:role/r";

class EventStreamServiceTest : public ::testing::Test {
 protected:
  base::Result<model::EventStream> Put(const std::string& destination,
                                       const std::string& role = kRole) {
    model::WriteEventStream stream;
    stream.destination_stream_arn = destination;
    stream.role_arn = role;
    return streams_.Put(app_, stream, "arn:aws:iam::123456789012:user/a");
  }

  storage::MemoryStore store_;
  base::ManualClock clock_{base::TimestampFromMillis(0)};
  EventStreamService streams_{store_, clock_};
  const base::AppId app_{"app"};
};

TEST_F(EventStreamServiceTest, WhatIsPutIsReadBack) {
  const auto put = Put(kKinesis);
  ASSERT_TRUE(put.ok());
  EXPECT_EQ(put->application_id, "app");
  EXPECT_EQ(put->destination_stream_arn, kKinesis);
  EXPECT_EQ(put->role_arn, kRole);
  EXPECT_EQ(put->last_updated_by, "arn:aws:iam::123456789012:user/a");
  EXPECT_EQ(put->last_modified_date, "1970-01-01T00:00:00.000Z");
  EXPECT_FALSE(put->external_id.has_value());
  EXPECT_EQ(*streams_.Get(app_), *put);
}

TEST_F(EventStreamServiceTest, ExternalIdComesBackOnlyIfItWasGiven) {
  model::WriteEventStream stream;
  stream.destination_stream_arn = kFirehose;
  stream.role_arn = kRole;
  stream.external_id = "x";
  EXPECT_EQ(streams_.Put(app_, stream, "a")->external_id, "x");
  EXPECT_FALSE(Put(kFirehose)->external_id.has_value());
}

TEST_F(EventStreamServiceTest, SecondPutReplacesAndMovesTheDate) {
  ASSERT_TRUE(Put(kKinesis).ok());
  clock_.Advance(std::chrono::seconds(1));
  ASSERT_TRUE(Put(kFirehose).ok());
  EXPECT_EQ(streams_.Get(app_)->destination_stream_arn, kFirehose);
  EXPECT_EQ(streams_.Get(app_)->last_modified_date, "1970-01-01T00:00:01.000Z");
}

TEST_F(EventStreamServiceTest, OtherDestinationsAreRefusedAndChangeNothing) {
  for (const std::string destination : {"",
                                        "shop",
                                        "arn:aws:s3:::bucket",
                                        "arn:aws:kinesis:us-east-1:1:stream/",
                                        "arn:aws:kinesis:us-east-1:1:stream/a b",
                                        "arn:aws:kinesis:us-east-1:1:deliverystream/a",
                                        "arn:aws:kinesis::1:stream/a",
                                        "arn:aws:kinesis:us-east-1::stream/a",
                                        "arn:aws:firehose:us-east-1:1:stream/a"}) {
    EXPECT_EQ(Put(destination).error().code, base::Errc::kInvalidArgument) << destination;
  }
  EXPECT_FALSE(Put("arn:aws:kinesis:r:1:stream/" + std::string(129, 'a')).ok());
  EXPECT_EQ(streams_.Get(app_).error().code, base::Errc::kNotFound);
  EXPECT_TRUE(Put("arn:aws:kinesis:r:1:stream/" + std::string(128, 'a')).ok());
}

TEST_F(EventStreamServiceTest, RoleMustBeAnArn) {
  EXPECT_THAT(Put(kKinesis, "").error().message, ::testing::HasSubstr("'RoleArn'"));
  EXPECT_FALSE(Put(kKinesis, "role/r").ok());
}

TEST_F(EventStreamServiceTest, DeleteAnswersTheLastStateOnce) {
  EXPECT_EQ(streams_.Delete(app_).error().code, base::Errc::kNotFound);
  const auto put = Put(kKinesis);
  EXPECT_EQ(*streams_.Delete(app_), *put);
  EXPECT_EQ(streams_.Get(app_).error().code, base::Errc::kNotFound);
  EXPECT_EQ(streams_.Delete(app_).error().code, base::Errc::kNotFound);
}

TEST_F(EventStreamServiceTest, StatusSaysThatNothingIsForwarded) {
  EXPECT_EQ(streams_.Status(app_, kEventStreamSink).error().code, base::Errc::kNotFound);
  ASSERT_TRUE(Put(kKinesis).ok());
  const auto status = streams_.Status(app_, kEventStreamSink);
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(status->state, "PAUSED");
  EXPECT_EQ(status->delivered, 0);
  EXPECT_THAT(status->last_error.value_or(""), ::testing::HasSubstr("forwards no events"));
  EXPECT_EQ(streams_.Status(app_, "other").error().code, base::Errc::kNotFound);
}

}  // namespace
}  // namespace pinion::events
