#include "storage/key_space.h"
#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using testing::IsBadRequest;
using testing::IsNotFound;
using testing::JsonAt;
using testing::Reply;

constexpr char kNumber[] = "+12065550142";

class OneTimePasswordsOperationsTest : public testing::ApiTest {
 protected:
  OneTimePasswordsOperationsTest() { Put(app_ + "/channels/sms", "{}"); }

  // `more` are further members, each with a comma before it; a later member counts.
  Reply SendCode(const std::string& more = "", const std::string& reference = "r") {
    return Post(app_ + "/otp",
                R"({"Channel":"SMS","BrandName":"Shop","OriginationIdentity":"+12065550100",)"
                R"("DestinationIdentity":"+12065550142","ReferenceId":")" +
                    reference + "\"" + more + "}");
  }
  // What the message of an answer says.
  std::string TextOf(const Reply& reply) {
    const std::string id = reply.At("/Result/+12065550142/MessageId").value_or("");
    return Get("/pinion" + app_ + "/messages/" + id).At("/Body").value_or("");
  }
  static std::string CodeIn(const std::string& text) {
    const size_t first = text.find_first_of("0123456789");
    return text.substr(first, text.find_first_not_of("0123456789", first) - first);
  }
  // Sends a code and reads it off its message.
  std::string NewCode(const std::string& more = "", const std::string& reference = "r") {
    return CodeIn(TextOf(SendCode(more, reference)));
  }
  bool IsValid(const std::string& code,
               const std::string& reference = "r",
               const std::string& number = kNumber) {
    const Reply reply = Post(app_ + "/verify-otp",
                             R"({"DestinationIdentity":")" + number + R"(","ReferenceId":")" +
                                 reference + R"(","Otp":")" + code + R"("})");
    EXPECT_THAT(reply, HasStatus(200));
    return reply.At("/Valid") == "true";
  }
  // A code of the same length that is not this one.
  static std::string Other(std::string code) {
    code[0] = code[0] == '0' ? '1' : '0';
    return code;
  }

  const std::string app_ = "/v1/apps/" + MakeApp();
};

TEST_F(OneTimePasswordsOperationsTest, CodeIsSentAndValidOnce) {
  const Reply reply = SendCode();
  EXPECT_THAT(reply, HasStatus(200));
  EXPECT_THAT(reply, JsonAt("/Result/+12065550142/DeliveryStatus", "SUCCESSFUL"));
  EXPECT_THAT(reply, JsonAt("/Result/+12065550142/StatusCode", 200));

  const std::string code = CodeIn(TextOf(reply));
  EXPECT_EQ(code.size(), 6u);
  EXPECT_EQ(TextOf(reply), "This is your One Time Password: " + code + " from Shop");
  EXPECT_TRUE(IsValid(code));
  EXPECT_FALSE(IsValid(code));
}

TEST_F(OneTimePasswordsOperationsTest, LanguageAndLengthAreChosen) {
  const std::string text = TextOf(SendCode(R"(,"Language":"de-DE","CodeLength":8)"));
  EXPECT_EQ(CodeIn(text).size(), 8u);
  EXPECT_EQ(text, "Ihr Einmalpasswort lautet: " + CodeIn(text) + " von Shop");
}

TEST_F(OneTimePasswordsOperationsTest, BrandIsNoTemplate) {
  EXPECT_THAT(TextOf(SendCode(R"(,"BrandName":"{{otp}} & <co>")")),
              ::testing::EndsWith(" from {{otp}} & <co>"));
}

TEST_F(OneTimePasswordsOperationsTest, CodeBelongsToDestinationReferenceAndApplication) {
  const std::string code = NewCode();
  EXPECT_FALSE(IsValid(code, "other"));
  EXPECT_FALSE(IsValid(code, "r", "+12065550143"));
  EXPECT_TRUE(IsValid(code));
}

TEST_F(OneTimePasswordsOperationsTest, LastAllowedAttemptMayBeTheRightOne) {
  const std::string code = NewCode();
  EXPECT_FALSE(IsValid(Other(code)));
  EXPECT_FALSE(IsValid(Other(code)));
  EXPECT_TRUE(IsValid(code));
}

TEST_F(OneTimePasswordsOperationsTest, WrongAttemptsEndTheCode) {
  const std::string code = NewCode();
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(IsValid(Other(code)));
  }
  EXPECT_FALSE(IsValid(code));

  const std::string strict = NewCode(R"(,"AllowedAttempts":1)");
  EXPECT_FALSE(IsValid(Other(strict)));
  EXPECT_FALSE(IsValid(strict));
}

TEST_F(OneTimePasswordsOperationsTest, CodeIsValidUntilItsPeriodHasPassed) {
  const std::string early = NewCode(R"(,"ValidityPeriod":5)", "early");
  Advance(std::chrono::seconds(299));
  EXPECT_TRUE(IsValid(early, "early"));

  const std::string late = NewCode(R"(,"ValidityPeriod":5)", "late");
  Advance(std::chrono::minutes(5));
  EXPECT_FALSE(IsValid(late, "late"));
}

TEST_F(OneTimePasswordsOperationsTest, NewCodeEndsTheOldOne) {
  const std::string old = NewCode();
  const std::string fresh = NewCode();
  ASSERT_NE(old, fresh);
  EXPECT_FALSE(IsValid(old));
  EXPECT_TRUE(IsValid(fresh));
}

TEST_F(OneTimePasswordsOperationsTest, NothingIsLeftOfACodeWhoseTimeHasPassed) {
  NewCode();
  Advance(std::chrono::minutes(15));
  const std::string prefix(1, static_cast<char>(storage::KeySpace::kOneTimePassword));
  int left = 0;
  ASSERT_TRUE(store()
                  .Scan({.prefix = prefix},
                        [&](std::string_view, std::string_view) {
                          ++left;
                          return true;
                        })
                  .ok());
  EXPECT_EQ(left, 0);
}

TEST_F(OneTimePasswordsOperationsTest, StoreDoesNotHoldTheCodeInClear) {
  const std::string code = NewCode();
  const std::string prefix(1, static_cast<char>(storage::KeySpace::kOneTimePassword));
  ASSERT_TRUE(store()
                  .Scan({.prefix = prefix},
                        [&](std::string_view, std::string_view value) {
                          EXPECT_EQ(value.find(code), std::string_view::npos);
                          return true;
                        })
                  .ok());
}

TEST_F(OneTimePasswordsOperationsTest, UnsendableMessageMakesNoCode) {
  const std::string code = NewCode();
  Put(app_ + "/channels/sms", R"({"Enabled":false})");
  EXPECT_THAT(SendCode(), JsonAt("/Result/+12065550142/DeliveryStatus", "PERMANENT_FAILURE"));
  EXPECT_TRUE(IsValid(code));
}

TEST_F(OneTimePasswordsOperationsTest, EveryMemberIsBounded) {
  for (const char* more : {R"(,"Channel":"EMAIL")",
                           R"(,"BrandName":"")",
                           R"(,"BrandName":"123456789012345678901")",
                           R"(,"DestinationIdentity":"2065550142")",
                           R"(,"DestinationIdentity":"+1206555x142")",
                           R"(,"OriginationIdentity":"")",
                           R"(,"ReferenceId":"")",
                           R"(,"ReferenceId":"1234567890123456789012345678901234567890123456789")",
                           R"(,"CodeLength":4)",
                           R"(,"CodeLength":9)",
                           R"(,"ValidityPeriod":4)",
                           R"(,"ValidityPeriod":61)",
                           R"(,"AllowedAttempts":0)",
                           R"(,"AllowedAttempts":6)",
                           R"(,"Language":"xx-XX")"}) {
    EXPECT_THAT(SendCode(more), IsBadRequest()) << more;
  }
  for (const char* more : {R"(,"BrandName":"12345678901234567890","CodeLength":5)",
                           R"(,"ValidityPeriod":60,"AllowedAttempts":5)",
                           R"(,"OriginationIdentity":"SHOP","Language":"zh-TW")"}) {
    EXPECT_THAT(SendCode(more), HasStatus(200)) << more;
  }
}

TEST_F(OneTimePasswordsOperationsTest, MissingMembersAndUnknownApplicationsAreRefused) {
  EXPECT_THAT(Post(app_ + "/verify-otp", R"({"Otp":"123456"})"), IsBadRequest());
  EXPECT_THAT(Post("/v1/apps/none/verify-otp",
                   R"({"DestinationIdentity":"a","ReferenceId":"r","Otp":"1"})"),
              IsNotFound());
}

}  // namespace
}  // namespace pinion::api
