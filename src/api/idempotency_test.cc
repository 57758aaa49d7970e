// What a client sees of Idempotency-Key.
#include "api/idempotency.h"

#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using testing::IsBadRequest;
using testing::IsError;
using testing::JsonAt;
using testing::Reply;

class IdempotencyTest : public testing::ApiTest {
 protected:
  Reply PostWith(const std::string& key, const std::string& target, const std::string& body) {
    http::Headers headers;
    headers.Add("Idempotency-Key", key);
    return Send("POST", target, body, headers);
  }
  Reply CreateApp(const std::string& key, const std::string& name) {
    return PostWith(key, "/v1/apps", R"({"Name":")" + name + R"("})");
  }
  int Applications() {
    return std::stoi(Get("/pinion/v1/system").At("/Counts/Applications").value_or("0"));
  }
};

TEST_F(IdempotencyTest, RepetitionGetsTheFirstAnswerAndChangesNothing) {
  const Reply first = CreateApp("k", "a");
  const Reply again = CreateApp("k", "a");

  EXPECT_THAT(first, HasStatus(201));
  EXPECT_EQ(first.Header("Idempotency-Replayed"), "");
  EXPECT_THAT(again, HasStatus(201));
  EXPECT_EQ(again.Header("Idempotency-Replayed"), "true");
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.Header("Content-Type"), "application/json");
  EXPECT_EQ(again.Header("x-amzn-RequestId"), first.Header("x-amzn-RequestId"));
  EXPECT_EQ(Applications(), 1);
}

TEST_F(IdempotencyTest, AnotherBodyOrPathUnderTheKeyIsAConflict) {
  ASSERT_THAT(CreateApp("k", "a"), HasStatus(201));
  EXPECT_THAT(CreateApp("k", "b"), IsError(409, "ConflictException"));
  EXPECT_THAT(PostWith("k", "/pinion/v1/clock", R"({"Name":"a"})"),
              IsError(409, "ConflictException"));
  EXPECT_EQ(Applications(), 1);
}

TEST_F(IdempotencyTest, RefusalOfTheOperationIsRepeatedToo) {
  const Reply first = CreateApp("k", "");
  const Reply again = CreateApp("k", "");
  EXPECT_THAT(again, IsBadRequest());
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.Header("Idempotency-Replayed"), "true");
}

TEST_F(IdempotencyTest, NamesOfIgnoredMembersComeAgain) {
  ASSERT_THAT(PostWith("k", "/v1/apps", R"({"Name":"a","Colour":1})"), HasStatus(201));
  const Reply again = PostWith("k", "/v1/apps", R"({"Name":"a","Colour":1})");
  EXPECT_EQ(again.headers.FindAll("x-pinion-ignored-members"),
            std::vector<std::string_view>{"Colour"});
}

TEST_F(IdempotencyTest, WhoMayNotCallGetsNoAnswer) {
  ASSERT_THAT(CreateApp("k", "a"), HasStatus(201));
  AsCallerWith({"ReadOnly"});
  EXPECT_THAT(CreateApp("k", "a"), IsError(403, "ForbiddenException"));
}

TEST_F(IdempotencyTest, KeyIsGoodForADay) {
  ASSERT_THAT(CreateApp("k", "a"), HasStatus(201));
  Advance(std::chrono::hours(24));
  EXPECT_EQ(CreateApp("k", "a").Header("Idempotency-Replayed"), "");
  EXPECT_EQ(Applications(), 2);
}

TEST_F(IdempotencyTest, KeyHasLimits) {
  EXPECT_THAT(CreateApp("", "a"), IsBadRequest());
  EXPECT_THAT(CreateApp(std::string(129, 'k'), "a"), IsBadRequest());
  EXPECT_THAT(CreateApp("k\xc3\xa9", "a"), IsBadRequest());
  EXPECT_EQ(Applications(), 0);
  EXPECT_THAT(CreateApp(std::string(128, 'k'), "a"), HasStatus(201));
}

TEST_F(IdempotencyTest, OtherMethodsDoWithoutTheKey) {
  http::Headers headers;
  headers.Add("Idempotency-Key", "k");
  EXPECT_THAT(Send("GET", "/v1/apps", "", headers), HasStatus(200));
  EXPECT_THAT(Send("GET", "/pinion/v1/clock", "", headers), HasStatus(200));
}

}  // namespace
}  // namespace pinion::api
