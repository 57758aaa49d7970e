#include "server/event_counters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pinion::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

eventlog::LoggedEvent Logged(eventlog::Origin origin, const std::string& type) {
  eventlog::LoggedEvent logged;
  logged.event.origin = origin;
  logged.event.event_type = type;
  return logged;
}

std::string TextOf(const EventCounters& counters) {
  std::string text;
  counters.AppendText(text);
  return text;
}

TEST(EventCountersTest, CountsMessagesByChannelAndOutcomeOnceTheyAreApplied) {
  EventCounters counters;
  storage::WriteBatch batch;
  const std::vector<eventlog::LoggedEvent> events = {
      Logged(eventlog::Origin::kSystem, "_email.send"),
      Logged(eventlog::Origin::kSystem, "_email.send"),
      Logged(eventlog::Origin::kSystem, "_SMS.SUCCESS"),
      Logged(eventlog::Origin::kApp, "_email.send")};

  ASSERT_TRUE(counters.Consume(events, batch).ok());
  EXPECT_THAT(TextOf(counters), HasSubstr("pinion_events_total{origin=\"system\"} 0\n"));
  counters.OnApplied();

  EXPECT_THAT(TextOf(counters),
              HasSubstr("pinion_messages_total{channel=\"EMAIL\",outcome=\"send\"} 2\n"));
  EXPECT_THAT(TextOf(counters),
              HasSubstr("pinion_messages_total{channel=\"SMS\",outcome=\"success\"} 1\n"));
  EXPECT_THAT(TextOf(counters), HasSubstr("pinion_events_total{origin=\"app\"} 1\n"));
}

TEST(EventCountersTest, BatchThatFailedAndComesAgainCountsOnce) {
  EventCounters counters;
  storage::WriteBatch batch;
  const std::vector<eventlog::LoggedEvent> events = {
      Logged(eventlog::Origin::kSystem, "_email.send")};

  ASSERT_TRUE(counters.Consume(events, batch).ok());
  ASSERT_TRUE(counters.Consume(events, batch).ok());
  counters.OnApplied();

  EXPECT_THAT(TextOf(counters), HasSubstr("outcome=\"send\"} 1\n"));
}

}  // namespace
}  // namespace pinion::server
