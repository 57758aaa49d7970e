#include "delivery/mime/quoted_printable.h"

#include <gtest/gtest.h>

namespace pinion::delivery::mime {
namespace {

std::string Encoded(std::string_view text) {
  std::string out;
  AppendQuotedPrintable(out, text);
  return out;
}

TEST(QuotedPrintableTest, PlainTextStaysReadable) {
  EXPECT_EQ(Encoded("Hi, Jo!"), "Hi, Jo!\r\n");
}

TEST(QuotedPrintableTest, EqualsSignAndNonAsciiAreEscaped) {
  EXPECT_EQ(Encoded("a=b ü"), "a=3Db =C3=BC\r\n");
}

TEST(QuotedPrintableTest, EveryKindOfLineEndBecomesCrlf) {
  EXPECT_EQ(Encoded("a\nb\r\nc\rd\n"), "a\r\nb\r\nc\r\nd\r\n");
}

TEST(QuotedPrintableTest, BlankAtTheEndOfALineIsEscaped) {
  EXPECT_EQ(Encoded("a \nb\t"), "a=20\r\nb=09\r\n");
}

TEST(QuotedPrintableTest, LineOfSeventySixCharactersIsNotBroken) {
  const std::string line(76, 'x');
  EXPECT_EQ(Encoded(line), line + "\r\n");
}

TEST(QuotedPrintableTest, LongerLineIsBrokenSoftly) {
  EXPECT_EQ(Encoded(std::string(77, 'x')), std::string(75, 'x') + "=\r\nxx\r\n");
}

TEST(QuotedPrintableTest, EscapeIsNeverTornApart) {
  EXPECT_EQ(Encoded(std::string(74, 'x') + "=y"), std::string(74, 'x') + "=\r\n=3Dy\r\n");
}

TEST(QuotedPrintableTest, EmptyTextStaysEmpty) {
  EXPECT_EQ(Encoded(""), "");
}

}  // namespace
}  // namespace pinion::delivery::mime
