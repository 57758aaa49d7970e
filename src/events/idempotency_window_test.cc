#include "events/idempotency_window.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hex.h"
#include "base/time_text.h"
#include "storage/memory_store.h"

namespace pinion::events {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::ElementsAre;

const base::AppId kShop("shop");
const base::AppId kGame("game");
const base::Timestamp kNow = *base::ParseInstant("2026-11-23T18:00:00Z");

std::string Identity(std::string_view event_id) {
  return EventIdentity("endpoint").Of(event_id, "T", kNow);
}

class IdempotencyWindowTest : public testing::Test {
 protected:
  void Accept(const base::AppId& app, const std::vector<std::string>& identities) {
    storage::WriteBatch batch;
    window_.Mark(app, identities, clock_.Now(), batch);
    ASSERT_TRUE(store_.Apply(batch).ok());
    window_.Applied(clock_.Now());
  }
  std::vector<bool> Accepted(const base::AppId& app, const std::vector<std::string>& identities) {
    return *window_.WereAccepted(app, identities, clock_.Now());
  }
  void Advance(milliseconds by) { ASSERT_TRUE(timers_.AdvanceTo(clock_, clock_.Now() + by).ok()); }

  storage::MemoryStore store_;
  base::ManualClock clock_{kNow};
  base::WorkTracker work_;
  timers::TimerService timers_{store_, clock_, work_};
  IdempotencyWindow window_{store_, timers_};
};

TEST_F(IdempotencyWindowTest, KnowsWhatWasAcceptedByApplication) {
  Accept(kShop, {Identity("a")});

  EXPECT_THAT(Accepted(kShop, {Identity("b"), Identity("a")}), ElementsAre(false, true));
  EXPECT_THAT(Accepted(kGame, {Identity("a")}), ElementsAre(false));
}

TEST_F(IdempotencyWindowTest, ForgetsAfter24Hours) {
  Accept(kShop, {Identity("a")});

  Advance(hours{24});
  EXPECT_THAT(Accepted(kShop, {Identity("a")}), ElementsAre(true));

  Advance(milliseconds{1});
  EXPECT_THAT(Accepted(kShop, {Identity("a")}), ElementsAre(false));
}

TEST_F(IdempotencyWindowTest, OldMarksAreRemovedByATimer) {
  const uint64_t empty = store_.ApproximateBytes();
  Accept(kShop, {Identity("a")});
  Advance(hours{12});
  Accept(kShop, {Identity("b")});

  Advance(hours{72});

  EXPECT_EQ(store_.ApproximateBytes(), empty);
}

TEST_F(IdempotencyWindowTest, MarksThatStillCountAreKept) {
  Accept(kShop, {Identity("a")});
  Advance(hours{5});
  Accept(kShop, {Identity("b")});
  Advance(hours{23});
  EXPECT_THAT(Accepted(kShop, {Identity("b")}), ElementsAre(true));
}

TEST_F(IdempotencyWindowTest, MarksOfADeletedApplicationGo) {
  Accept(kShop, {Identity("a")});
  Advance(hours{12});
  storage::WriteBatch batch;
  IdempotencyWindow::DeleteApp(kShop, clock_.Now(), batch);
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_THAT(Accepted(kShop, {Identity("a")}), ElementsAre(false));
}

// A long report of one endpoint is looked for in another way than a short one, and a third way
// where the endpoint has very many marks at that time.
TEST_F(IdempotencyWindowTest, FindsDuplicatesAmongManyOfOneEndpoint) {
  for (const size_t others : {0U, 10U, 3000U}) {
    const std::string endpoint = "endpoint" + std::to_string(others);
    const auto at = [&](size_t i, const std::string& id) {
      return EventIdentity(endpoint).Of(id, "T", kNow + milliseconds{i});
    };
    std::vector<std::string> accepted;
    for (size_t i = 0; i < others; ++i) {
      accepted.push_back(at(i, "other"));
    }
    std::vector<std::string> reported;
    std::vector<bool> expected;
    for (size_t i = 0; i < 20; ++i) {
      // Not in the order of time, and some twice.
      reported.push_back(at((i * 1571) % 3000, std::to_string(i % 18)));
      expected.push_back(i % 3 == 0);
      if (expected.back()) {
        accepted.push_back(reported.back());
      }
    }
    Accept(kShop, accepted);
    Advance(hours{8});

    EXPECT_EQ(Accepted(kShop, reported), expected) << others;
  }
}

TEST_F(IdempotencyWindowTest, AnswersForSeveralEndpointsInTheOrderAsked) {
  std::vector<std::string> reported;
  std::vector<std::string> accepted;
  std::vector<bool> expected;
  for (size_t i = 0; i < 30; ++i) {
    reported.push_back(EventIdentity(i < 3 || i > 20 ? "a" : "b").Of(std::to_string(i), "T", kNow));
    expected.push_back(i % 4 == 1);
    if (expected.back()) {
      accepted.push_back(reported.back());
    }
  }
  Accept(kShop, accepted);

  EXPECT_EQ(Accepted(kShop, reported), expected);
}

TEST(EventIdentityTest, DependsOnEveryPart) {
  const base::Timestamp at = base::TimestampFromMillis(5);
  const EventIdentity p("p");
  EXPECT_EQ(p.Of("e", "T", at), p.Of("e", "T", at));
  EXPECT_NE(p.Of("e", "T", at), EventIdentity("q").Of("e", "T", at));
  EXPECT_NE(p.Of("e", "T", at), p.Of("f", "T", at));
  EXPECT_NE(p.Of("e", "T", at), p.Of("e", "U", at));
  EXPECT_NE(p.Of("e", "T", at), p.Of("e", "T", base::TimestampFromMillis(6)));
}

// The bytes are on disk: another form would let duplicates pass for a day.
TEST(EventIdentityTest, BytesAreThoseOnDisk) {
  EXPECT_EQ(base::HexEncode(EventIdentity("p").Of("e", "T", base::TimestampFromMillis(1))),
            "148de9c5a7a44d1900000000000000015e3c770b3bdf6bc671001bb9");
}

TEST(EventIdentityTest, PartsDoNotRunIntoEachOther) {
  const base::Timestamp at;
  const EventIdentity p("p");
  EXPECT_NE(p.Of("ab", "c", at), p.Of("a", "bc", at));
}

}  // namespace
}  // namespace pinion::events
