#include "delivery/mime/header_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/utf8.h"

namespace pinion::delivery::mime {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string TextHeader(std::string_view value) {
  std::string out;
  AppendTextHeader(out, "Subject", value);
  return out;
}

std::string MailboxHeader(const Mailbox& mailbox) {
  std::string out;
  AppendMailboxHeader(out, "From", {mailbox});
  return out;
}

std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = text.find("\r\n");
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 2);
  }
  return lines;
}

// What a reader makes of a field of base64 encoded words; every single word must be valid UTF-8.
std::string DecodedWords(std::string_view header) {
  std::string decoded;
  size_t at = 0;
  while ((at = header.find("=?UTF-8?B?", at)) != std::string_view::npos) {
    const size_t end = header.find("?=", at + 10);
    const std::string_view word = header.substr(at, end + 2 - at);
    EXPECT_LE(word.size(), 75U);
    const std::string part =
        base::Base64Decode(header.substr(at + 10, end - at - 10)).value_or("?");
    EXPECT_TRUE(base::IsValidUtf8(part));
    decoded += part;
    at = end;
  }
  return decoded;
}

TEST(HeaderTextTest, AsciiStaysAsItIs) {
  EXPECT_EQ(TextHeader("Hello, Jo"), "Subject: Hello, Jo\r\n");
}

TEST(HeaderTextTest, LongAsciiIsFoldedAtBlanksOnly) {
  std::string text = "word";
  for (int i = 0; i < 60; ++i) {
    text += " word";
  }

  const std::string header = TextHeader(text);

  std::string unfolded;
  for (const std::string& line : Lines(header)) {
    EXPECT_LE(line.size(), 76U);
    unfolded += line;
  }
  EXPECT_EQ(unfolded, "Subject: " + text);
}

TEST(HeaderTextTest, LineEndsInAValueCannotStartAHeader) {
  const std::string header = TextHeader("hi\r\nBcc: eve@example.com\n\nbody");
  EXPECT_EQ(header, "Subject: hi  Bcc: eve@example.com  body\r\n");
}

TEST(HeaderTextTest, NonAsciiBecomesWordsCutBetweenCodePoints) {
  std::string text;
  for (int i = 0; i < 50; ++i) {
    text += "日本€😀a";
  }

  const std::string header = TextHeader(text);

  EXPECT_EQ(DecodedWords(header), text);
  for (const std::string& line : Lines(header)) {
    EXPECT_LE(line.size(), 76U);
  }
}

TEST(HeaderTextTest, BrokenUtf8IsReplaced) {
  EXPECT_EQ(DecodedWords(TextHeader("a\xFFz")), "a\xEF\xBF\xBDz");
}

TEST(HeaderTextTest, WordTooLongForALineIsEncoded) {
  const std::string text(5000, 'x');
  const std::string header = TextHeader(text);
  EXPECT_EQ(DecodedWords(header), text);
}

TEST(HeaderTextTest, LongNameStillLeavesRoomForTheFirstWord) {
  std::string out;
  AppendTextHeader(out, std::string(80, 'n'), "ü");
  EXPECT_THAT(out, HasSubstr(":\r\n =?UTF-8?B?"));
}

TEST(HeaderTextTest, NameWithSpecialsIsQuoted) {
  EXPECT_EQ(MailboxHeader({"Doe, \"Jo\"", "jo", "example.com"}),
            "From: \"Doe, \\\"Jo\\\"\" <jo@example.com>\r\n");
}

TEST(HeaderTextTest, NonAsciiNameIsEncodedAndTheAddressIsNot) {
  const std::string header = MailboxHeader({"Žofie", "z", "example.com"});
  EXPECT_EQ(DecodedWords(header), "Žofie");
  EXPECT_THAT(header, HasSubstr(" <z@example.com>\r\n"));
}

TEST(HeaderTextTest, NameThatIsEncodedAlreadyIsPassedOn) {
  EXPECT_EQ(MailboxHeader({"=?UTF-8?B?xb0=?=", "z", "example.com"}),
            "From: =?UTF-8?B?xb0=?= <z@example.com>\r\n");
}

TEST(HeaderTextTest, SeveralMailboxesStandOnLinesOfTheirOwn) {
  std::string out;
  AppendMailboxHeader(out, "Reply-To", {{"", "a", "x.com"}, {"B", "b", "x.com"}});
  EXPECT_EQ(out, "Reply-To: a@x.com,\r\n B <b@x.com>\r\n");
}

TEST(HeaderTextTest, NameOfAFieldHasNoColonBlankOrLineEnd) {
  EXPECT_TRUE(IsHeaderName("X-Campaign"));
  for (const char* name : {"", "X:", "X Y", "X\r\nY", "Ž"}) {
    EXPECT_FALSE(IsHeaderName(name)) << name;
  }
}

TEST(HeaderTextTest, DateIsWrittenAsMailWantsIt) {
  EXPECT_EQ(FormatMailDate(base::TimestampFromMillis(1'795'442'700'999)),
            "Mon, 23 Nov 2026 14:05:00 +0000");
  EXPECT_EQ(FormatMailDate(base::TimestampFromMillis(0)), "Thu, 01 Jan 1970 00:00:00 +0000");
}

}  // namespace
}  // namespace pinion::delivery::mime
