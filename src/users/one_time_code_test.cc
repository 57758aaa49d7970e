#include "users/one_time_code.h"

#include <gtest/gtest.h>

namespace pinion::users {
namespace {

constexpr std::string_view kSecret = "12345678901234567890";

base::Timestamp At(int64_t seconds) {
  return base::TimestampFromMillis(seconds * 1000);
}

// RFC 6238, appendix B: the last six of its eight digits.
TEST(OneTimeCodeTest, CodesAreThoseOfTheStandard) {
  EXPECT_EQ(TotpCode(kSecret, TotpStepOf(At(59))), "287082");
  EXPECT_EQ(TotpCode(kSecret, TotpStepOf(At(1'111'111'109))), "081804");
  EXPECT_EQ(TotpCode(kSecret, TotpStepOf(At(1'111'111'111))), "050471");
  EXPECT_EQ(TotpCode(kSecret, TotpStepOf(At(1'234'567'890))), "005924");
  EXPECT_EQ(TotpCode(kSecret, TotpStepOf(At(2'000'000'000))), "279037");
  EXPECT_EQ(TotpCode(kSecret, TotpStepOf(At(20'000'000'000))), "353130");
}

TEST(OneTimeCodeTest, CodeIsGoodOneStepBeforeAndAfterItsTime) {
  const base::Timestamp now = At(1'234'567'890);
  const uint64_t step = TotpStepOf(now);
  const auto match = [&](uint64_t of_step) {
    const std::string code = TotpCode(kSecret, of_step);
    return MatchTotp(kSecret, {.code = code, .now = now});
  };

  EXPECT_EQ(match(step), step);
  EXPECT_EQ(match(step - 1), step - 1);
  EXPECT_EQ(match(step + 1), step + 1);
  EXPECT_FALSE(match(step - 2).has_value());
  EXPECT_FALSE(match(step + 2).has_value());
}

TEST(OneTimeCodeTest, UsedCodeAndThoseBeforeAreNotTakenAgain) {
  const base::Timestamp now = At(1'234'567'890);
  const uint64_t step = TotpStepOf(now);
  const auto match = [&](uint64_t of_step) {
    const std::string code = TotpCode(kSecret, of_step);
    return MatchTotp(kSecret, {.code = code, .now = now, .used_step = step});
  };

  EXPECT_FALSE(match(step).has_value());
  EXPECT_FALSE(match(step - 1).has_value());
  EXPECT_TRUE(match(step + 1).has_value());
}

TEST(OneTimeCodeTest, OtherTextsAreNoCodes) {
  for (const std::string_view code : {"", "28708", "2870820", "abcdef", "287082 "}) {
    EXPECT_FALSE(MatchTotp(kSecret, {.code = code, .now = At(59)}).has_value()) << code;
  }
}

TEST(OneTimeCodeTest, UriHasTheSecretAndAnEscapedLabel) {
  EXPECT_EQ(TotpUri(kSecret, "ann+x@example.com"),
            "otpauth://totp/Pinion:ann%2Bx%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
            "&issuer=Pinion&algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace pinion::users
