#include "events/event_type_statistics.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.h"
#include "storage/memory_store.h"

namespace pinion::events {
namespace {

using eventlog::Event;
using eventlog::LoggedEvent;
using eventlog::Origin;
using std::chrono::days;
using testing::ElementsAre;
using testing::IsEmpty;

const base::AppId kShop("shop");
const base::Timestamp kNow = *base::ParseInstant("2026-11-23T11:15:00Z");

LoggedEvent Logged(std::string type, base::Timestamp at) {
  LoggedEvent logged;
  logged.app = kShop;
  logged.event.event_type = std::move(type);
  logged.event.reported_at = at;
  logged.event.arrived_at = kNow;
  return logged;
}

class EventTypeStatisticsTest : public testing::Test {
 protected:
  void Consume(const std::vector<LoggedEvent>& events) {
    storage::WriteBatch batch;
    ASSERT_TRUE(statistics_.Consume(events, batch).ok());
    ASSERT_TRUE(store_.Apply(batch).ok());
  }
  std::vector<model::EventTypeItem> List() { return *statistics_.List(kShop); }

  storage::MemoryStore store_;
  base::ManualClock clock_{kNow};
  EventTypeStatistics statistics_{store_, clock_};
};

TEST_F(EventTypeStatisticsTest, Evt71TypesAreListedByName) {
  Consume({Logged("b", kNow), Logged("a", kNow)});
  Consume({Logged("b", kNow)});

  const auto items = List();

  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].event_type, "a");
  EXPECT_EQ(items[0].count30_days, 1);
  EXPECT_EQ(items[1].event_type, "b");
  EXPECT_EQ(items[1].count30_days, 2);
  EXPECT_EQ(items[1].origin, "APP");
}

TEST_F(EventTypeStatisticsTest, Evt71AppAndSystemEventsOfOneNameAreCountedApart) {
  LoggedEvent system = Logged("_email.open", kNow);
  system.event.origin = Origin::kSystem;
  Consume({Logged("_email.open", kNow), system, system});

  const auto items = List();

  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].origin, "APP");
  EXPECT_EQ(items[0].count30_days, 1);
  EXPECT_EQ(items[1].origin, "SYSTEM");
  EXPECT_EQ(items[1].count30_days, 2);
}

TEST_F(EventTypeStatisticsTest, Evt71FirstAndLastSeenAreEventTimes) {
  Consume({Logged("a", kNow - days{2})});
  Consume({Logged("a", kNow - days{5}), Logged("a", kNow - days{3})});

  const auto items = List();

  EXPECT_EQ(items[0].first_seen, kNow - days{5});
  EXPECT_EQ(items[0].last_seen, kNow - days{2});
}

TEST_F(EventTypeStatisticsTest, Evt22AFutureEventCountsAsNow) {
  Consume({Logged("a", kNow + days{400})});
  EXPECT_EQ(List()[0].last_seen, kNow);
  EXPECT_EQ(List()[0].count30_days, 1);
}

TEST_F(EventTypeStatisticsTest, Evt71CountsCoverThirtyDays) {
  Consume({Logged("a", kNow), Logged("a", kNow - days{29}), Logged("a", kNow - days{30})});
  EXPECT_EQ(List()[0].count30_days, 2);

  clock_.Advance(days{1});
  EXPECT_EQ(List()[0].count30_days, 1);

  clock_.Advance(days{40});
  EXPECT_EQ(List()[0].count30_days, 0);
}

TEST_F(EventTypeStatisticsTest, CountsOfOldDaysAreRemoved) {
  Consume({Logged("a", kNow)});
  const uint64_t one_day = store_.ApproximateBytes();
  for (int day = 0; day < 100; ++day) {
    clock_.Advance(days{1});
    LoggedEvent logged = Logged("a", clock_.Now());
    logged.event.arrived_at = clock_.Now();
    Consume({logged});
  }
  EXPECT_EQ(List()[0].count30_days, 30);
  EXPECT_LT(store_.ApproximateBytes(), 31 * one_day);
}

TEST_F(EventTypeStatisticsTest, Evt71NamesOfAttributesAndMetricsAreCollected) {
  LoggedEvent first = Logged("a", kNow);
  first.event.attributes = {{"item", "boots"}};
  first.event.metrics = {{"price", 99.9}};
  LoggedEvent second = Logged("a", kNow);
  second.event.attributes = {{"colour", "red"}, {"item", "hat"}};
  Consume({first});
  Consume({second});

  EXPECT_THAT(List()[0].attributes, ElementsAre("colour", "item"));
  EXPECT_THAT(List()[0].metrics, ElementsAre("price"));
}

TEST_F(EventTypeStatisticsTest, TheNamesOfOneTypeAreBounded) {
  for (size_t i = 0; i <= kNamesPerTypeMax; i += 100) {
    LoggedEvent logged = Logged("a", kNow);
    for (size_t k = 0; k < 100; ++k) {
      logged.event.attributes.emplace_back(std::to_string(i + k), "");
    }
    Consume({logged});
  }
  EXPECT_EQ(List()[0].attributes.size(), kNamesPerTypeMax);
}

TEST_F(EventTypeStatisticsTest, TypesOfADeletedApplicationGo) {
  Consume({Logged("a", kNow)});
  storage::WriteBatch batch;
  EventTypeStatistics::DeleteApp(kShop, batch);
  ASSERT_TRUE(store_.Apply(batch).ok());
  EXPECT_THAT(List(), IsEmpty());
  EXPECT_EQ(store_.ApproximateBytes(), 0U);
}

}  // namespace
}  // namespace pinion::events
