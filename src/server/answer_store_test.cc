#include "server/answer_store.h"

#include <memory>

#include <gtest/gtest.h>

#include "auth/master_key.h"
#include "base/base64.h"
#include "base/random.h"
#include "base/work_tracker.h"
#include "storage/key.h"
#include "storage/memory_store.h"

namespace pinion::server {
namespace {

using api::FirstAnswer;
using api::RepeatableRequest;

class AnswerStoreTest : public ::testing::Test {
 protected:
  AnswerStoreTest() { Restart({}); }

  // As a new process on the same data.
  void Restart(const AnswerStore::Limits& limits) {
    answers_.reset();
    timers_.emplace(store_, clock_, work_);
    answers_ = std::make_unique<AnswerStore>(
        AnswerStore::Parts{
            .store = store_, .secrets = *secrets_, .clock = clock_, .timers = *timers_},
        limits);
    ASSERT_TRUE(answers_->Open().ok());
  }

  static RepeatableRequest Request(std::string key = "k", std::string digest = "d") {
    return {.caller = "key/A", .key = std::move(key), .digest = std::move(digest)};
  }
  static FirstAnswer Answer(std::string body = "{}") {
    return {.status = 201,
            .request_id = "id",
            .headers = {{"Content-Type", "application/json"}, {"x-amzn-ErrorType", ""}},
            .body = std::move(body)};
  }
  bool IsFirst(const RepeatableRequest& request) {
    const auto begun = answers_->Begin(request);
    return begun.ok() && !begun->has_value();
  }
  std::string Refusal(const RepeatableRequest& request) {
    const auto begun = answers_->Begin(request);
    return begun.ok() ? "" : begun.error().message;
  }
  size_t Records() {
    size_t count = 0;
    EXPECT_TRUE(
        store_
            .Scan({.prefix = storage::KeyWriter(storage::KeySpace::kIdempotency).U8(0).Take()},
                  [&](std::string_view, std::string_view) {
                    ++count;
                    return true;
                  })
            .ok());
    return count;
  }

  storage::MemoryStore store_;
  base::ManualClock clock_{base::TimestampFromMillis(1'795'432'500'000)};
  base::WorkTracker work_;
  base::SeededRandom random_{3};
  const std::unique_ptr<auth::SecretBox> secrets_ = *auth::SecretBox::Open(
      store_,
      *auth::MasterKey::FromBase64(base::Base64Encode(std::string(auth::kMasterKeyBytes, 'k'))),
      random_);
  std::optional<timers::TimerService> timers_;
  std::unique_ptr<AnswerStore> answers_;
};

TEST_F(AnswerStoreTest, RepetitionGetsTheFirstAnswerAlsoAfterARestart) {
  ASSERT_TRUE(IsFirst(Request()));
  ASSERT_TRUE(answers_->Keep(Request(), Answer(R"({"Id":"x"})")).ok());
  Restart({});

  const auto again = answers_->Begin(Request());

  ASSERT_TRUE(again.ok() && again->has_value());
  EXPECT_EQ((*again)->status, 201);
  EXPECT_EQ((*again)->request_id, "id");
  EXPECT_EQ((*again)->headers, Answer().headers);
  EXPECT_EQ((*again)->body, R"({"Id":"x"})");
}

TEST_F(AnswerStoreTest, AnotherRequestUnderTheKeyIsAConflict) {
  ASSERT_TRUE(IsFirst(Request()));
  EXPECT_EQ(Refusal(Request("k", "other")), "This Idempotency-Key belongs to another request.");
  ASSERT_TRUE(answers_->Keep(Request(), Answer()).ok());
  EXPECT_EQ(Refusal(Request("k", "other")), "This Idempotency-Key belongs to another request.");
}

TEST_F(AnswerStoreTest, CallersHaveKeysOfTheirOwn) {
  ASSERT_TRUE(IsFirst(Request()));
  EXPECT_TRUE(IsFirst({.caller = "key/B", .key = "k", .digest = "d"}));
}

TEST_F(AnswerStoreTest, RepetitionWhileTheFirstIsInWorkIsAConflict) {
  ASSERT_TRUE(IsFirst(Request()));
  EXPECT_EQ(Refusal(Request()), "The first request with this Idempotency-Key is still in work.");
}

TEST_F(AnswerStoreTest, ClaimThatACrashLeftIsNotCarriedOutAgain) {
  ASSERT_TRUE(IsFirst(Request()));
  Restart({});
  EXPECT_NE(Refusal(Request()).find("without an outcome that is known"), std::string::npos);
}

TEST_F(AnswerStoreTest, AbandonedClaimIsNotCarriedOutAgain) {
  ASSERT_TRUE(IsFirst(Request()));
  answers_->Abandon(Request());
  EXPECT_NE(Refusal(Request()).find("without an outcome that is known"), std::string::npos);
}

TEST_F(AnswerStoreTest, ReleasedKeyMayComeAgain) {
  ASSERT_TRUE(IsFirst(Request()));
  answers_->Release(Request());
  EXPECT_EQ(Records(), 0U);
  EXPECT_TRUE(IsFirst(Request("k", "other")));
}

TEST_F(AnswerStoreTest, KeyIsForgottenAfterADay) {
  ASSERT_TRUE(IsFirst(Request()));
  ASSERT_TRUE(answers_->Keep(Request(), Answer()).ok());
  clock_.Advance(kFirstAnswerKept - std::chrono::milliseconds(1));
  EXPECT_FALSE(IsFirst(Request()));
  clock_.Advance(std::chrono::milliseconds(1));
  EXPECT_TRUE(IsFirst(Request("k", "other")));
}

TEST_F(AnswerStoreTest, TimerRemovesWhatIsADayOldAndMakesRoom) {
  Restart({.answers_max = 2});
  ASSERT_TRUE(IsFirst(Request("a")) && IsFirst(Request("b")));
  ASSERT_TRUE(answers_->Keep(Request("a"), Answer()).ok());
  answers_->Abandon(Request("b"));
  EXPECT_FALSE(IsFirst(Request("c")));

  ASSERT_TRUE(
      timers_->AdvanceTo(clock_, clock_.Now() + kFirstAnswerKept + std::chrono::hours(1)).ok());

  EXPECT_EQ(Records(), 0U);
  EXPECT_TRUE(IsFirst(Request("c")) && IsFirst(Request("d")));
  EXPECT_FALSE(IsFirst(Request("e")));
}

TEST_F(AnswerStoreTest, RoomIsCountedAcrossRestarts) {
  ASSERT_TRUE(IsFirst(Request("a")));
  Restart({.answers_max = 1});
  EXPECT_EQ(answers_->Begin(Request("b")).error().code, base::Errc::kTooManyRequests);
}

TEST_F(AnswerStoreTest, RoomIsBoundedInBytes) {
  Restart({.bytes_max = 600});
  ASSERT_TRUE(IsFirst(Request("a")));
  ASSERT_TRUE(answers_->Keep(Request("a"), Answer(std::string(600, 'x'))).ok());
  EXPECT_EQ(answers_->Begin(Request("b")).error().code, base::Errc::kTooManyRequests);
}

TEST_F(AnswerStoreTest, GuestsLeaveRoomToOthers) {
  Restart({.answers_max = 2, .guest_part = 2});
  RepeatableRequest guest = Request("a");
  guest.guest = true;
  ASSERT_TRUE(IsFirst(guest));
  guest.key = "b";
  EXPECT_EQ(answers_->Begin(guest).error().code, base::Errc::kTooManyRequests);
  EXPECT_TRUE(IsFirst(Request("c")));
}

TEST_F(AnswerStoreTest, LongAnswerIsNotKeptButItsRequestNotRepeated) {
  Restart({.answer_bytes_max = 1000});
  ASSERT_TRUE(IsFirst(Request()));
  ASSERT_TRUE(answers_->Keep(Request(), Answer(std::string(1000, 'x'))).ok());
  EXPECT_EQ(Refusal(Request()),
            "The request with this Idempotency-Key was carried out; its answer was too large to be "
            "kept.");
}

TEST_F(AnswerStoreTest, WhatIsStoredShowsNothing) {
  ASSERT_TRUE(IsFirst(Request("k", "digest-of-the-body")));
  ASSERT_TRUE(answers_->Keep(Request("k", "digest-of-the-body"), Answer("secret-shown-once")).ok());
  ASSERT_TRUE(store_
                  .Scan({.prefix = storage::KeyWriter(storage::KeySpace::kIdempotency).Take()},
                        [&](std::string_view, std::string_view value) {
                          EXPECT_EQ(value.find("secret-shown-once"), std::string_view::npos);
                          EXPECT_EQ(value.find("digest-of-the-body"), std::string_view::npos);
                          return true;
                        })
                  .ok());
}

}  // namespace
}  // namespace pinion::server
