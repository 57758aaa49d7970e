#include "delivery/sms/sms_encoding.h"

#include <string>

#include <gtest/gtest.h>

namespace pinion::delivery {
namespace {

std::string Repeat(std::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) {
    out += text;
  }
  return out;
}

TEST(SmsEncodingTest, DefaultAlphabetTakes160ThenPartsOf153) {
  EXPECT_EQ(CountSmsParts(Repeat("a", 160)).parts, 1U);
  EXPECT_EQ(CountSmsParts(Repeat("a", 161)).parts, 2U);
  EXPECT_EQ(CountSmsParts(Repeat("a", 306)).parts, 2U);
  EXPECT_EQ(CountSmsParts(Repeat("a", 307)).parts, 3U);
}

TEST(SmsEncodingTest, ExtensionCharactersTakeTwoSeptets) {
  EXPECT_EQ(CountSmsParts("€").units, 2U);
  EXPECT_EQ(CountSmsParts(Repeat("[", 81)).parts, 2U);
}

TEST(SmsEncodingTest, EscapePairIsNeverSplit) {
  // 152 septets, then a pair that does not fit the 153rd.
  EXPECT_EQ(CountSmsParts(Repeat("a", 152) + "€" + Repeat("a", 152)).parts, 3U);
}

TEST(SmsEncodingTest, OneForeignCharacterMakesTheWholeTextUcs2) {
  const SmsParts parts = CountSmsParts(Repeat("a", 70) + "日");

  EXPECT_EQ(parts.encoding, SmsParts::Encoding::kUcs2);
  EXPECT_EQ(parts.units, 71U);
  EXPECT_EQ(parts.parts, 2U);
}

TEST(SmsEncodingTest, EmojiTakeTwoUnits) {
  EXPECT_EQ(CountSmsParts("😀").units, 2U);
  EXPECT_EQ(CountSmsParts(Repeat("😀", 35)).parts, 1U);
  EXPECT_EQ(CountSmsParts(Repeat("😀", 67)).parts, 3U);  // 33 pairs a part
}

TEST(SmsEncodingTest, LimitIsPerAlphabet) {
  EXPECT_FALSE(CountSmsParts(Repeat("a", 1600)).too_long());
  EXPECT_TRUE(CountSmsParts(Repeat("a", 1601)).too_long());
  EXPECT_FALSE(CountSmsParts(Repeat("日", 630)).too_long());
  EXPECT_TRUE(CountSmsParts(Repeat("日", 631)).too_long());
}

}  // namespace
}  // namespace pinion::delivery
