#include "privacy/retention_pass.h"

#include "privacy/privacy_fixture.h"

namespace pinion::privacy {
namespace {

using std::chrono::days;

class RetentionPassTest : public PrivacyTest {
 protected:
  void Run(const RetentionDays& kept, size_t batch_max = 100) {
    const RetentionSettings settings(store_, kept);
    ASSERT_TRUE(RetentionPass({.store = store_,
                               .clock = clock_,
                               .applications = applications_,
                               .settings = settings,
                               .events = events_,
                               .consumers = consumers_,
                               .analytics = analytics_,
                               .files = files_,
                               .stopping = stopping_,
                               .batch_max = batch_max})
                    .Run()
                    .ok());
  }
  size_t Events() { return events_.Read(0, 1000)->size(); }
  void LetPass(days time) { clock_.Advance(time); }
};

TEST_F(RetentionPassTest, RemovesInSmallBatchesWhatIsOlderThanItIsKept) {
  MakeTraffic();
  EXPECT_EQ(Number("SELECT count(*) FROM events"), 21);
  LetPass(days(2));
  Report("bobs", "bob");

  Run({.messages = 1, .events = 1, .message_bodies = 1}, 1);

  EXPECT_EQ(Events(), 1U);
  EXPECT_EQ(Number("SELECT count(*) FROM events"), 1);
  EXPECT_EQ(Number("SELECT count(*) FROM messages"), 0);
  EXPECT_EQ(Traces("Dear"), std::vector<std::string>());
}

TEST_F(RetentionPassTest, ZeroDaysAreForEver) {
  MakeTraffic();
  LetPass(days(1000));

  Run({.messages = 0, .events = 0, .message_bodies = 0});

  EXPECT_EQ(Events(), 21U);
  EXPECT_FALSE(Traces("Dear").empty());
}

TEST_F(RetentionPassTest, EventsThatAConsumerHasStillToReadStay) {
  consumers_.Stop();
  Report("bobs", "bob");
  LetPass(days(10));

  Run({.events = 1});

  EXPECT_EQ(Events(), 1U);
}

TEST_F(RetentionPassTest, MessagesThatHaveNotEndedStay) {
  HoldMail();
  const base::MessageId id = Send("bobs", "bob@example.com", "bob");
  LetPass(days(10));

  Run({.messages = 1, .message_bodies = 1});

  EXPECT_TRUE(messages_.FindContent(app_, id)->has_value());
}

TEST_F(RetentionPassTest, ApplicationHasItsOwnNumbers) {
  MakeTraffic();
  RetentionSettings settings(store_, {});
  model::RetentionSettings own;
  own.events_days = 0;
  ASSERT_TRUE(settings.Put(app_, own).ok());
  LetPass(days(10));

  Run({.events = 1});

  EXPECT_EQ(Events(), 21U);
}

}  // namespace
}  // namespace pinion::privacy
