#include "privacy/erasure_run.h"

#include <thread>

#include "privacy/privacy_fixture.h"

namespace pinion::privacy {
namespace {

using delivery::MessageStatus;

class ErasureRunTest : public PrivacyTest {
 protected:
  static delivery::Outcome Delivered() {
    delivery::Outcome outcome;
    outcome.kind = delivery::Outcome::Kind::kDelivered;
    return outcome;
  }
  // Everything that an erasure of Alicia must have done and left, however often it was interrupted.
  void ExpectErased() {
    const model::ErasureRecord erasure = Stored();
    EXPECT_EQ(erasure.status, model::ErasureStatus::kCompleted);
    EXPECT_EQ(Traces("alicia"), std::vector<std::string>());
    EXPECT_EQ(Traces("tablet"), std::vector<std::string>());
    EXPECT_EQ(erasure.counts.endpoints, 2);
    EXPECT_EQ(erasure.counts.messages, 3);
    EXPECT_EQ(erasure.counts.audit_records, 3);
    // Two of each message, and six reports.
    EXPECT_EQ(erasure.counts.events, 12);
    EXPECT_EQ(Number("SELECT count(*) FROM events"), 21);
    EXPECT_EQ(Number("SELECT count(*) FROM messages"), 6);
    EXPECT_EQ(Number("SELECT count(*) FROM events WHERE user_id = 'alicia'"), 0);
    EXPECT_EQ(Number("SELECT count(DISTINCT endpoint_id) FROM events"), 3);
    EXPECT_EQ(Number("SELECT count(*) FROM messages WHERE user_id = 'erased-1'"), 3);
    EXPECT_TRUE(audit::AuditLog::Verify(store_).ok());
  }
};

TEST_F(ErasureRunTest, ErasesInOneGo) {
  MakeTraffic();

  ASSERT_TRUE(ErasureRun(Parts(100), ErasureOf("alicia")).Run().ok());

  ExpectErased();
}

TEST_F(ErasureRunTest, GoesOnFromEveryWrite) {
  MakeTraffic();
  ErasureOf("alicia");

  size_t steps = 0;
  while (Stored().status != model::ErasureStatus::kCompleted && ++steps < 1000) {
    ASSERT_TRUE(ErasureRun(Parts(1), Stored()).Step().ok());
  }

  EXPECT_GT(steps, 20U);
  ExpectErased();
}

TEST_F(ErasureRunTest, GoesOnFromEveryWriteThatFails) {
  MakeTraffic();
  ErasureOf("alicia");

  size_t steps = 0;
  while (Stored().status != model::ErasureStatus::kCompleted && ++steps < 1000) {
    // What comes before the write, the change of the analytics tables among it, happens twice.
    store_.FailNextApplies(1);
    EXPECT_FALSE(ErasureRun(Parts(3), Stored()).Step().ok());
    ASSERT_TRUE(ErasureRun(Parts(3), Stored()).Step().ok());
  }

  ExpectErased();
}

TEST_F(ErasureRunTest, ForgetsTheIdsAndKeepsTheirHashes) {
  MakeTraffic();

  ASSERT_TRUE(ErasureRun(Parts(100), ErasureOf("alicia")).Run().ok());

  const model::ErasureRecord erasure = Stored();
  EXPECT_TRUE(erasure.user_ids.empty());
  EXPECT_TRUE(erasure.salt.empty());
  EXPECT_THAT(erasure.hashes, ::testing::Contains(HashOfEndpoint(hash_key_, app_, "PHONE")));
  EXPECT_THAT(erasure.hashes,
              ::testing::Contains(HashOfAddress(hash_key_, app_, "alicia@work.example.com")));
}

TEST_F(ErasureRunTest, HashesAreEnoughToEraseAgainAfterARestore) {
  MakeTraffic();
  model::ErasureRecord erasure = ErasureOf("alicia");
  erasure.hashes = HashesOf(hash_key_,
                            app_,
                            {.user_ids = {"alicia"},
                             .endpoint_ids = {"phone", "tablet"},
                             .addresses = {"alicia@example.com"}});
  erasure.user_ids.clear();
  erasure.step = model::ErasureStep::kResolve;

  ASSERT_TRUE(ErasureRun(Parts(100), erasure).Run().ok());

  ExpectErased();
}

TEST_F(ErasureRunTest, MessagesThatWaitAreNotSentAnyMore) {
  HoldMail();
  const base::MessageId hers = Send("phone", "alicia@example.com", "alicia");
  const base::MessageId his = Send("bobs", "bob@example.com", "bob");

  ASSERT_TRUE(ErasureRun(Parts(100), ErasureOf("alicia")).Run().ok());

  EXPECT_EQ((*messages_.FindRecord(app_, hers))->status, MessageStatus::kFailed);
  EXPECT_EQ((*messages_.FindRecord(app_, his))->status, MessageStatus::kQueued);
  EXPECT_EQ(Stored().counts.pending_messages, 1);
  ASSERT_TRUE(dispatcher_.Start().ok());
  held_.AnswerNext(Delivered());
  work_.WaitUntilQuiet();
  EXPECT_NE((*messages_.FindRecord(app_, his))->status, MessageStatus::kQueued);
  EXPECT_TRUE(delivery::Outbox::Lanes(store_)->empty());
}

TEST_F(ErasureRunTest, MessageThatIsWithItsTransportIsWaitedFor) {
  HoldMail();
  const base::MessageId hers = Send("phone", "alicia@example.com", "alicia");
  ASSERT_TRUE(dispatcher_.Start().ok());
  held_.WaitForOne();
  const model::ErasureRecord erasure = ErasureOf("alicia");
  std::thread erasing([&] { EXPECT_TRUE(ErasureRun(Parts(100), erasure).Run().ok()); });
  // Further it cannot come.
  while (Stored().step != model::ErasureStep::kMessages) {
    std::this_thread::yield();
  }

  held_.AnswerNext(Delivered());
  erasing.join();

  EXPECT_EQ((*messages_.FindRecord(app_, hers))->status, MessageStatus::kDelivered);
  EXPECT_EQ(Traces("alicia"), std::vector<std::string>());
  EXPECT_EQ(Number("SELECT count(*) FROM messages WHERE user_id = 'erased-1'"), 1);
}

TEST_F(ErasureRunTest, OptedOutAddressesAreKeptAsHashes) {
  {
    auto transaction = audience_.Begin(app_);
    ASSERT_TRUE(transaction->OptOutByRecipient("phone").ok());
    ASSERT_TRUE(transaction->Commit().ok());
  }

  ASSERT_TRUE(ErasureRun(Parts(100), ErasureOf("alicia")).Run().ok());

  ErasedOptOuts again(hash_key_);
  ASSERT_TRUE(again.Open(PrivacyStore(store_)).ok());
  EXPECT_TRUE(again.Contains(app_, "Alicia@Example.com"));
  EXPECT_FALSE(again.Contains(app_, "alicia@work.example.com"));
  EXPECT_EQ(Traces("alicia"), std::vector<std::string>());
}

TEST_F(ErasureRunTest, EndsWhenTheApplicationIsGone) {
  const model::ErasureRecord erasure = ErasureOf("alicia");
  audience_.CloseApp(app_);

  EXPECT_EQ(ErasureRun(Parts(100), erasure).Run().error().code, base::Errc::kNotFound);
}

}  // namespace
}  // namespace pinion::privacy
