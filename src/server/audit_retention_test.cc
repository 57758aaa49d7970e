#include "server/audit_retention.h"

#include <gtest/gtest.h>

#include "base/work_tracker.h"
#include "storage/memory_store.h"

namespace pinion::server {
namespace {

using std::chrono::days;

constexpr base::Timestamp kNoon{std::chrono::milliseconds(1'795'432'500'000)};

TEST(AuditRetentionTest, OldRecordsGoAtMidnightAndYoungOnesStay) {
  storage::MemoryStore store;
  base::ManualClock clock(kNoon);
  base::WorkTracker work;
  timers::TimerService timers(store, clock, work);
  audit::AuditLog log(store);
  ASSERT_TRUE(log.Open().ok());
  AuditRetention retention({store, log, clock, clock, timers}, days(400));
  ASSERT_TRUE(retention.Start().ok());
  ASSERT_TRUE(log.Append({.at = kNoon, .event_id = "old", .members = "\"n\":1"}).ok());
  ASSERT_TRUE(log.Append({.at = kNoon + days(2), .event_id = "new", .members = "\"n\":2"}).ok());

  ASSERT_TRUE(timers.AdvanceTo(clock, kNoon + days(401)).ok());

  const auto left = log.List({}, {});
  ASSERT_TRUE(left.ok());
  EXPECT_EQ(left->items, std::vector<std::string>{R"({"n":2})"});
}

}  // namespace
}  // namespace pinion::server
