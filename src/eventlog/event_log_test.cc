#include "eventlog/event_log.h"

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/memory_store.h"

namespace pinion::eventlog {
namespace {

using storage::Direction;
using testing::ElementsAre;
using testing::IsEmpty;

const base::AppId kShop("shop");
const base::AppId kGame("game");

Event Named(std::string type) {
  Event event;
  event.event_type = std::move(type);
  return event;
}

std::vector<std::string> Types(const std::vector<LoggedEvent>& events) {
  std::vector<std::string> types;
  for (const LoggedEvent& logged : events) {
    types.push_back(logged.event.event_type);
  }
  return types;
}

class EventLogTest : public testing::Test {
 protected:
  EventLogTest() { EXPECT_TRUE(log_.Open().ok()); }

  void Append(const base::AppId& app, const std::vector<std::string>& types) {
    std::vector<Event> events;
    for (const std::string& type : types) {
      events.push_back(Named(type));
    }
    storage::WriteBatch batch;
    const EventLog::Append append = log_.Add(app, events, batch);
    ASSERT_TRUE(store_.Apply(batch).ok());
  }
  std::vector<LoggedEvent> Read(Position after, size_t limit) {
    auto events = log_.Read(after, limit);
    EXPECT_TRUE(events.ok());
    return *std::move(events);
  }
  std::vector<std::string> Visit(const base::AppId& app, Position after, Direction direction) {
    std::vector<std::string> types;
    const auto visit = [&](const LoggedEvent& logged) {
      types.push_back(logged.event.event_type);
      return true;
    };
    EXPECT_TRUE(log_.Visit(app, after, direction, visit).ok());
    return types;
  }

  storage::MemoryStore store_;
  base::WorkTracker work_;
  EventLog log_{store_, work_};
};

TEST_F(EventLogTest, ANewLogIsEmpty) {
  EXPECT_EQ(log_.end(), 0U);
  EXPECT_THAT(Read(0, 10), IsEmpty());
  EXPECT_THAT(Visit(kShop, 0, Direction::kForward), IsEmpty());
  EXPECT_THAT(Visit(kShop, 0, Direction::kBackward), IsEmpty());
}

TEST_F(EventLogTest, EventsOfAllApplicationsAreReadInTheOrderOfTheirAppends) {
  Append(kShop, {"a", "b"});
  Append(kGame, {"c"});
  Append(kShop, {"d"});

  const std::vector<LoggedEvent> events = Read(0, 10);

  EXPECT_THAT(Types(events), ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(events[0].position, 1U);
  EXPECT_EQ(events[3].position, 4U);
  EXPECT_EQ(events[2].app, kGame);
  EXPECT_EQ(log_.end(), 4U);
}

TEST_F(EventLogTest, ReadBeginsAfterAnyPositionAndEndsAtTheLimit) {
  Append(kShop, {"a", "b", "c"});
  Append(kGame, {"d", "e"});

  EXPECT_THAT(Types(Read(1, 3)), ElementsAre("b", "c", "d"));
  EXPECT_THAT(Types(Read(3, 1)), ElementsAre("d"));
  EXPECT_THAT(Read(5, 9), IsEmpty());
}

TEST_F(EventLogTest, VisitSeesOneApplicationOnly) {
  Append(kShop, {"a"});
  Append(kGame, {"b"});
  Append(kShop, {"c", "d"});

  EXPECT_THAT(Visit(kShop, 0, Direction::kForward), ElementsAre("a", "c", "d"));
  EXPECT_THAT(Visit(kShop, 0, Direction::kBackward), ElementsAre("d", "c", "a"));
  EXPECT_THAT(Visit(kShop, 1, Direction::kForward), ElementsAre("c", "d"));
  EXPECT_THAT(Visit(kShop, 4, Direction::kBackward), ElementsAre("c", "a"));
  EXPECT_THAT(Visit(kShop, 1, Direction::kBackward), IsEmpty());
}

TEST_F(EventLogTest, VisitEndsWhenTheVisitorHasEnough) {
  Append(kShop, {"a", "b", "c"});
  int visited = 0;
  ASSERT_TRUE(
      log_.Visit(kShop, 0, Direction::kForward, [&](const LoggedEvent&) { return ++visited < 2; })
          .ok());
  EXPECT_EQ(visited, 2);
}

// More than a chunk by count, and chunks that begin and end anywhere.
TEST_F(EventLogTest, AppendsOfAnySizeAreReadAndVisitedFromAnyPosition) {
  std::vector<std::string> expected;
  for (const size_t count : {1U, 300U, 128U, 2U, 129U}) {
    std::vector<std::string> types;
    for (size_t i = 0; i < count; ++i) {
      types.push_back(std::to_string(expected.size() + i + 1));
    }
    Append(kShop, types);
    expected.insert(expected.end(), types.begin(), types.end());
  }
  const auto from = [&](size_t position) {
    return std::vector(expected.begin() + static_cast<std::ptrdiff_t>(position), expected.end());
  };
  std::vector<std::string> newest_first(expected.rbegin(), expected.rend());
  for (const size_t after : {0U, 1U, 2U, 128U, 129U, 130U, 301U, 302U, 429U, 559U, 560U}) {
    EXPECT_EQ(Types(Read(after, 1000)), from(after)) << after;
    EXPECT_EQ(Visit(kShop, after, Direction::kForward), from(after)) << after;
    const size_t newer = after == 0 ? 0 : expected.size() - after + 1;
    EXPECT_EQ(
        Visit(kShop, after, Direction::kBackward),
        std::vector(newest_first.begin() + static_cast<std::ptrdiff_t>(newer), newest_first.end()))
        << after;
  }
  EXPECT_THAT(Types(Read(300, 3)), ElementsAre("301", "302", "303"));
}

TEST_F(EventLogTest, LargeEventsAreReadAFewAtATime) {
  std::vector<Event> events(40, Named(std::string(1'000'000, 'x')));
  storage::WriteBatch batch;
  {
    const EventLog::Append append = log_.Add(kShop, events, batch);
    ASSERT_TRUE(store_.Apply(batch).ok());
  }

  Position seen = 0;
  size_t reads = 0;
  for (auto some = Read(seen, 100); !some.empty(); some = Read(seen, 100)) {
    EXPECT_EQ(some.front().position, seen + 1);
    seen = some.back().position;
    ++reads;
  }

  EXPECT_EQ(seen, 40U);
  EXPECT_GT(reads, 1U);
}

TEST_F(EventLogTest, LaterEventsStayInvisibleWhileAnEarlierAppendIsOutstanding) {
  storage::WriteBatch slow;
  std::optional<EventLog::Append> append = log_.Add(kShop, std::vector{Named("slow")}, slow);
  Append(kShop, {"fast"});

  EXPECT_EQ(log_.end(), 0U);
  EXPECT_THAT(Read(0, 10), IsEmpty());
  EXPECT_THAT(Visit(kShop, 0, Direction::kForward), IsEmpty());
  EXPECT_THAT(Visit(kShop, 0, Direction::kBackward), IsEmpty());

  ASSERT_TRUE(store_.Apply(slow).ok());
  append.reset();
  EXPECT_THAT(Types(Read(0, 10)), ElementsAre("slow", "fast"));
}

TEST_F(EventLogTest, AnAppendThatIsGivenUpHoldsNobodyBack) {
  storage::WriteBatch given_up;
  {
    const EventLog::Append append = log_.Add(kShop, std::vector{Named("never")}, given_up);
    Append(kShop, {"a"});
  }
  EXPECT_THAT(Types(Read(0, 10)), ElementsAre("a"));
  EXPECT_EQ(log_.end(), 2U);
}

TEST_F(EventLogTest, PositionsGoOnAfterARestart) {
  Append(kShop, {"a", "b"});

  EventLog restarted(store_, work_);
  ASSERT_TRUE(restarted.Open().ok());
  storage::WriteBatch batch;
  {
    const EventLog::Append append = restarted.Add(kShop, std::vector{Named("c")}, batch);
    ASSERT_TRUE(store_.Apply(batch).ok());
  }

  const auto events = restarted.Read(0, 10);
  ASSERT_TRUE(events.ok());
  EXPECT_THAT(Types(*events), ElementsAre("a", "b", "c"));
  EXPECT_EQ(events->back().position, 3U);
}

TEST_F(EventLogTest, EventsOfADeletedApplicationAreGoneAndTheirPositionsNotUsedAgain) {
  Append(kGame, {"a"});
  Append(kShop, std::vector<std::string>(600, "gone"));
  Append(kGame, {"b"});
  storage::WriteBatch batch;
  EventLog::DeleteApp(kShop, batch);
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_THAT(Types(Read(0, 10)), ElementsAre("a"));
  EXPECT_THAT(Types(Read(1, 10)), ElementsAre("b"));
  EXPECT_THAT(Visit(kShop, 0, Direction::kForward), IsEmpty());

  EventLog restarted(store_, work_);
  ASSERT_TRUE(restarted.Open().ok());
  EXPECT_EQ(restarted.end(), 602U);
}

TEST_F(EventLogTest, TheServerIsNotQuietWhileAnAppendIsOutstanding) {
  storage::WriteBatch batch;
  std::optional<EventLog::Append> append = log_.Add(kShop, std::vector{Named("a")}, batch);
  EXPECT_FALSE(work_.quiet());
  append.reset();
  EXPECT_TRUE(work_.quiet());
}

TEST_F(EventLogTest, AddingNothingIsNoAppend) {
  storage::WriteBatch batch;
  const EventLog::Append append = log_.Add(kShop, {}, batch);
  EXPECT_TRUE(batch.empty());
  EXPECT_TRUE(work_.quiet());
}

// Appenders take positions in one order and become visible in another; whoever reads up to end()
// must have met every position below it.
TEST_F(EventLogTest, NoReaderSkipsAnEventOfConcurrentAppenders) {
  constexpr int kAppenders = 4;
  constexpr int kAppendsEach = 300;
  std::atomic<int> running = kAppenders;
  std::vector<std::thread> appenders;
  for (int t = 0; t < kAppenders; ++t) {
    appenders.emplace_back([&, t] {
      for (int i = 0; i < kAppendsEach; ++i) {
        storage::WriteBatch batch;
        const EventLog::Append append =
            log_.Add(t % 2 == 0 ? kShop : kGame, std::vector{Named("x"), Named("y")}, batch);
        for (int delay = (i * 7 + t) % 5; delay > 0; --delay) {
          std::this_thread::yield();
        }
        EXPECT_TRUE(store_.Apply(batch).ok());
      }
      --running;
    });
  }

  Position seen = 0;
  while (running > 0 || seen < log_.end()) {
    std::this_thread::yield();
    for (const LoggedEvent& logged : Read(seen, 64)) {
      ASSERT_EQ(logged.position, seen + 1);
      seen = logged.position;
    }
  }
  for (std::thread& appender : appenders) {
    appender.join();
  }
  EXPECT_EQ(seen, static_cast<Position>(kAppenders * kAppendsEach * 2));
}

// Gives every event of type `from` the type `to`.
EventLog::Rewriting Renaming(const std::string& from, const std::string& to, Position up_to) {
  return {.up_to = up_to, .rewrite = [from, to](LoggedEvent& logged) {
            const bool found = logged.event.event_type == from;
            logged.event.event_type = found ? to : logged.event.event_type;
            return found;
          }};
}

TEST_F(EventLogTest, RewritesEventsWhereTheyStand) {
  Append(kShop, {"a", "b"});
  Append(kGame, {"a"});
  storage::WriteBatch batch;

  const auto rewritten = log_.Rewrite(kShop, Renaming("a", "erased", 3), batch);

  ASSERT_TRUE(rewritten.ok());
  EXPECT_EQ(rewritten->reached, 3U);
  EXPECT_THAT(Types(rewritten->events), ElementsAre("erased"));
  ASSERT_TRUE(store_.Apply(batch).ok());
  EXPECT_THAT(Types(Read(0, 10)), ElementsAre("erased", "b", "a"));
}

TEST_F(EventLogTest, RewritingLeavesAloneWhatComesAfterItsEnd) {
  Append(kShop, {"a", "a"});
  Append(kShop, {"a"});
  storage::WriteBatch batch;

  const auto rewritten = log_.Rewrite(kShop, Renaming("a", "erased", 1), batch);

  ASSERT_TRUE(rewritten.ok());
  ASSERT_TRUE(store_.Apply(batch).ok());
  EXPECT_THAT(Types(Read(0, 10)), ElementsAre("erased", "a", "a"));
}

TEST_F(EventLogTest, RewritingGoesOnWhereItStopped) {
  Append(kShop, {"a"});
  Append(kShop, {"a"});
  EventLog::Rewriting rewriting = Renaming("a", "erased", 2);
  rewriting.chunks_max = 1;
  storage::WriteBatch batch;

  const auto first = log_.Rewrite(kShop, rewriting, batch);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->reached, 1U);
  rewriting.after = first->reached;
  const auto second = log_.Rewrite(kShop, rewriting, batch);

  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->reached, 2U);
  ASSERT_TRUE(store_.Apply(batch).ok());
  EXPECT_THAT(Types(Read(0, 10)), ElementsAre("erased", "erased"));
}

TEST_F(EventLogTest, RemovesOldEventsThatEveryConsumerHasPassed) {
  Append(kShop, {"a", "b"});
  Append(kShop, {"c"});
  Append(kShop, {"d"});
  storage::WriteBatch batch;

  const auto removed =
      log_.Remove(kShop, {.arrived = base::TimestampFromMillis(1), .up_to = 3}, batch);

  ASSERT_TRUE(removed.ok());
  EXPECT_EQ(*removed, 2U);
  ASSERT_TRUE(store_.Apply(batch).ok());
  EXPECT_THAT(Types(Read(0, 10)), ElementsAre("d"));
}

TEST_F(EventLogTest, KeepsAChunkThatSomebodyHasNotReadToItsEnd) {
  Append(kShop, {"a", "b"});
  storage::WriteBatch batch;

  const auto removed =
      log_.Remove(kShop, {.arrived = base::TimestampFromMillis(1), .up_to = 1}, batch);

  ASSERT_TRUE(removed.ok());
  EXPECT_EQ(*removed, 0U);
}

TEST_F(EventLogTest, KeepsEventsThatAreYoungEnough) {
  Append(kShop, {"a"});
  storage::WriteBatch batch;

  const auto removed =
      log_.Remove(kShop, {.arrived = base::TimestampFromMillis(0), .up_to = 1}, batch);

  ASSERT_TRUE(removed.ok());
  EXPECT_EQ(*removed, 0U);
}

TEST_F(EventLogTest, PositionsAreNotGivenOutAgainAfterEverythingWasRemoved) {
  Append(kShop, {"a"});
  storage::WriteBatch batch;
  ASSERT_TRUE(
      log_.Remove(kShop, {.arrived = base::TimestampFromMillis(1), .up_to = 1}, batch).ok());
  ASSERT_TRUE(store_.Apply(batch).ok());

  EventLog again(store_, work_);
  ASSERT_TRUE(again.Open().ok());

  EXPECT_EQ(again.end(), 1U);
}

}  // namespace
}  // namespace pinion::eventlog
