// Lets the process die at every write of a run, and lets it come up again on what it had written.
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "campaigns/campaigns_fixture.h"

namespace pinion::campaigns {
namespace {

// Takes a number of writes and none after them: so the disk looks to a process that dies.
class DyingStore final : public storage::KeyValueStore {
 public:
  DyingStore(storage::KeyValueStore& store, int writes) : store_(store), writes_left_(writes) {}

  base::Result<std::optional<std::string>> Get(std::string_view key) const override {
    return store_.Get(key);
  }
  base::Result<std::vector<std::optional<std::string>>> MultiGet(
      std::span<const std::string> keys) const override {
    return store_.MultiGet(keys);
  }
  base::Result<void> Scan(const storage::ScanRange& range,
                          const storage::Visitor& visit) const override {
    return store_.Scan(range, visit);
  }
  base::Result<storage::Sequence> Apply(const storage::WriteBatch& batch) override {
    const std::lock_guard lock(mutex_);
    if (writes_left_ == 0) {
      over_ = true;
      changed_.notify_all();
      return base::Unavailable("dead");
    }
    --writes_left_;
    return store_.Apply(batch);
  }
  storage::Sequence LastSequence() const override { return store_.LastSequence(); }
  base::Result<void> Sync() override { return store_.Sync(); }
  std::unique_ptr<storage::Reader> Snapshot() const override { return store_.Snapshot(); }
  uint64_t ApproximateBytes() const override { return store_.ApproximateBytes(); }

  // Somebody has wanted to write after the end; or `Finish` was called.
  void WaitUntilOver() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return over_; });
  }
  void Finish() {
    const std::lock_guard lock(mutex_);
    over_ = true;
    changed_.notify_all();
  }
  bool is_dead() {
    const std::lock_guard lock(mutex_);
    return writes_left_ == 0;
  }

 private:
  storage::KeyValueStore& store_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int writes_left_;
  bool over_ = false;
};

class CampaignCrashTest : public CampaignsFixture {
 protected:
  static constexpr int kEndpoints = 10;

  // Lives until the `writes`-th write or the end of the run; true if it died.
  bool LiveFor(int writes, std::chrono::seconds span) {
    DyingStore dying(store_, writes);
    World world(machine_, dying, options_);
    std::thread clock([&] {
      // Fails, or returns only after Stop, if the store dies.
      (void)world.AdvanceBy(span);
      dying.Finish();
    });
    dying.WaitUntilOver();
    world.Stop();
    clock.join();
    return dying.is_dead();
  }

  // A campaign for ten mailboxes of which one bounces, one is a duplicate, one has opted out.
  std::string Prepare(const std::string& campaign) {
    PutMailboxes(kEndpoints - 3);
    PutEndpoint("bad", R"({"ChannelType":"EMAIL","Address":"bounce@simulator.pinion"})");
    PutEndpoint("e00", R"({"ChannelType":"EMAIL","Address":"0@EXAMPLE.com"})");
    PutEndpoint("out", R"({"ChannelType":"EMAIL","Address":"o@example.com","OptOut":"ALL"})");
    return Create(campaign);
  }

  void ExpectEverybodyOnce(const std::string& campaign) {
    EXPECT_THAT(Recipients(campaign),
                ::testing::UnorderedElementsAre("e0", "e1", "e2", "e3", "e4", "e5", "e6", "bad"));
    EXPECT_EQ(StatusOf(campaign), "COMPLETED");
    const auto activities = ActivitiesOf(campaign);
    ASSERT_EQ(activities.size(), 1U);
    EXPECT_EQ(activities[0].state, "COMPLETED");
    EXPECT_EQ(activities[0].total_endpoint_count, 8);
    EXPECT_EQ(activities[0].successful_endpoint_count, 8);
    EXPECT_EQ(MetricOf(campaign, "ENDPOINT_PRODUCED"), "10");
    EXPECT_EQ(MetricOf(campaign, "DUPLICATE_ENDPOINT"), "1");
    EXPECT_EQ(MetricOf(campaign, "SUCCESS"), "8");
    const auto counters = world().campaigns.Counters(app_, base::CampaignId(campaign));
    ASSERT_TRUE(counters.ok());
    EXPECT_EQ(counters->targeted, 8);
    EXPECT_EQ(counters->sent, 8);
    EXPECT_EQ(counters->delivered, 7);
    EXPECT_EQ(counters->hard_bounced, 1);
    std::vector<std::string> expected(8, "SUCCESS");
    expected.push_back("DUPLICATE_ADDRESS");
    EXPECT_THAT(SendStatuses(), ::testing::UnorderedElementsAreArray(expected));
  }
};

// Each round is a campaign of its own application, on one store.
class CrashAtEveryWriteTest : public CampaignCrashTest,
                              public ::testing::WithParamInterface<const char*> {};

TEST_P(CrashAtEveryWriteTest, EverybodyGetsTheMessageOnceAndEverythingIsCountedOnce) {
  constexpr int kRoundsMax = 100;
  options_.batch_endpoints_max = 3;
  int writes = 0;
  bool died = true;
  for (; died && writes < kRoundsMax; ++writes) {
    SCOPED_TRACE("the process dies after " + std::to_string(writes) + " writes");
    Start();
    const auto made = world().applications.Create(
        {.request = {.name = "shop", .tags = {}}, .region = "eu-west-1", .chosen_id = {}});
    ASSERT_TRUE(made.ok());
    app_ = base::AppId(made->id);
    segment_ = MakeSegment("{}");
    const std::string campaign = Prepare(GetParam());
    world_.reset();

    died = LiveFor(writes, std::chrono::seconds(20));
    Start();
    Advance(std::chrono::seconds(60));
    ExpectEverybodyOnce(campaign);
    if (HasFailure()) {
      return;
    }
  }
  EXPECT_FALSE(died);
  EXPECT_GT(writes, 8);
}

INSTANTIATE_TEST_SUITE_P(Campaigns,
                         CrashAtEveryWriteTest,
                         ::testing::Values("{}", R"({"Limits":{"MessagesPerSecond":2}})"));

TEST_F(CampaignCrashTest, NobodyGetsTwoMessagesOfAnOccurrenceWhateverDies) {
  constexpr int kRoundsMax = 120;
  int writes = 0;
  bool died = true;
  for (; died && writes < kRoundsMax; ++writes) {
    SCOPED_TRACE("the process dies after " + std::to_string(writes) + " writes");
    const base::Timestamp begin = machine_.clock.Now();
    Start();
    const auto made = world().applications.Create(
        {.request = {.name = "shop", .tags = {}}, .region = "eu-west-1", .chosen_id = {}});
    ASSERT_TRUE(made.ok());
    app_ = base::AppId(made->id);
    segment_ = MakeSegment("{}");
    PutMailboxes(4);
    const std::string campaign = Create(
        R"({"AdditionalTreatments":[{"SizePercent":50}],"Schedule":{"Frequency":"HOURLY","StartTime":")" +
        base::FormatIso8601(begin + std::chrono::minutes(5)) + R"("}})");
    world_.reset();

    died = LiveFor(writes, std::chrono::minutes(70));
    Start();
    Advance(begin + std::chrono::minutes(70) - machine_.clock.Now());
    // An occurrence that the process was dead for may be skipped; the last one is not (CMP-357).
    const std::string last = base::FormatIso8601(begin + std::chrono::minutes(65));
    std::set<std::string> last_activities;
    for (const auto& activity : ActivitiesOf(campaign)) {
      EXPECT_EQ(activity.state, "COMPLETED");
      EXPECT_EQ(activity.total_endpoint_count, activity.successful_endpoint_count);
      if (activity.scheduled_start == last) {
        last_activities.insert(activity.id);
      }
    }
    EXPECT_EQ(last_activities.size(), 2U);
    std::set<std::pair<std::string, std::string>> slots;
    std::vector<std::string> reached;
    for (const auto& message : Messages(campaign)) {
      EXPECT_TRUE(slots.emplace(*message.campaign_activity_id, *message.endpoint_id).second);
      if (last_activities.contains(*message.campaign_activity_id)) {
        reached.push_back(*message.endpoint_id);
      }
    }
    EXPECT_THAT(reached, ::testing::UnorderedElementsAre("e0", "e1", "e2", "e3"));
    EXPECT_EQ(StatusOf(campaign), "PENDING_NEXT_RUN");
    ASSERT_TRUE(world().campaigns.Delete(app_, base::CampaignId(campaign)).ok());
    if (HasFailure()) {
      return;
    }
  }
  EXPECT_FALSE(died);
  EXPECT_GT(writes, 16);
}

TEST_F(CampaignCrashTest, EveryEventIsAnsweredOnceWhateverDies) {
  constexpr int kRoundsMax = 60;
  int writes = 0;
  bool died = true;
  for (; died && writes < kRoundsMax; ++writes) {
    SCOPED_TRACE("the process dies after " + std::to_string(writes) + " writes");
    Start();
    const auto made = world().applications.Create(
        {.request = {.name = "shop", .tags = {}}, .region = "eu-west-1", .chosen_id = {}});
    ASSERT_TRUE(made.ok());
    app_ = base::AppId(made->id);
    segment_ = MakeSegment("{}");
    PutMailboxes(2);
    const std::string campaign = Create(
        R"({"Schedule":{"StartTime":"IMMEDIATE","Frequency":"EVENT","EventFilter":{
            "FilterType":"ENDPOINT","Dimensions":{"EventType":{"Values":["x"]}}}}})");
    Advance(std::chrono::seconds(0));
    world_.reset();
    {
      base::WorkTracker work;
      eventlog::EventLog log(store_, work);
      ASSERT_TRUE(log.Open().ok());
      eventlog::Event event;
      event.event_type = "x";
      event.arrived_at = event.reported_at = machine_.clock.Now();
      std::vector<eventlog::Event> events(3, event);
      events[0].endpoint_id = events[1].endpoint_id = "e0";
      events[2].endpoint_id = "e1";
      storage::WriteBatch batch;
      const auto append = log.Add(app_, events, batch);
      ASSERT_TRUE(store_.Apply(batch).ok());
    }

    died = LiveFor(writes, std::chrono::seconds(1));
    Start();
    Advance(std::chrono::seconds(1));
    EXPECT_THAT(Recipients(campaign), ::testing::UnorderedElementsAre("e0", "e0", "e1"));
    EXPECT_EQ(ActivitiesOf(campaign)[0].successful_endpoint_count, 3);
    if (HasFailure()) {
      return;
    }
  }
  EXPECT_FALSE(died);
  EXPECT_GT(writes, 4);
}

TEST_F(CampaignCrashTest, APausedProcessKeepsThePace) {
  PutMailboxes(6);
  const std::string campaign = Create(R"({"Limits":{"MessagesPerSecond":2}})");
  Advance(std::chrono::seconds(0));
  Start();
  Advance(std::chrono::seconds(0));
  EXPECT_EQ(Recipients(campaign).size(), 2U);
  Advance(std::chrono::seconds(1));
  EXPECT_EQ(Recipients(campaign).size(), 4U);
  EXPECT_EQ(StatusOf(campaign), "EXECUTING");
}

}  // namespace
}  // namespace pinion::campaigns
