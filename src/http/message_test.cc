#include "http/message.h"

#include <gtest/gtest.h>

#include "http/http_date.h"

namespace pinion::http {
namespace {

TEST(HeadersTest, NamesAreFoundInAnyCase) {
  Headers headers;
  headers.Add("X-Amz-Date", "d");

  EXPECT_EQ(headers.Find("x-amz-date"), "d");
  EXPECT_EQ(headers.Find("x-amz-dat"), std::nullopt);
}

TEST(HeadersTest, SetReplacesEveryFieldOfTheName) {
  Headers headers;
  headers.Add("A", "1");
  headers.Add("B", "2");
  headers.Add("a", "3");

  headers.Set("A", "4");

  EXPECT_EQ(headers.wire_text(), "B: 2\r\nA: 4\r\n");
}

TEST(HeadersTest, ValueCannotForgeAnotherField) {
  Headers headers;
  headers.Add("X", "a\r\nSet-Cookie: b");

  EXPECT_EQ(headers.wire_text(), "X: a  Set-Cookie: b\r\n");
}

TEST(HeadersTest, FieldsAreWalkedInOrder) {
  Headers headers;
  headers.Add("A", "1");
  headers.Add("B", "");

  std::string seen;
  for (const Header header : headers) {
    seen += std::string(header.name) + "=" + std::string(header.value) + ";";
  }
  EXPECT_EQ(seen, "A=1;B=;");
}

TEST(HeadersTest, CopiesAreIndependent) {
  Headers headers;
  headers.Add("A", "a value too long for a short string");
  Headers copy = headers;
  headers = Headers();

  EXPECT_EQ(copy.Find("A"), "a value too long for a short string");
}

TEST(HeadersTest, ListTokensAreWholeAndOfEveryField) {
  Headers headers;
  headers.Add("Connection", "foo , Close");
  headers.Add("Connection", "Upgrade");

  EXPECT_TRUE(ListHasToken(headers, "connection", "close"));
  EXPECT_TRUE(ListHasToken(headers, "connection", "upgrade"));
  EXPECT_FALSE(ListHasToken(headers, "connection", "clo"));
}

TEST(HttpDateTest, IsInTheFixedForm) {
  HttpDate date;

  EXPECT_EQ(date.At(base::TimestampFromMillis(784'111'777'123)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date.At(base::TimestampFromMillis(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(HeadersTest, ControlCharactersBecomeBlanksAtEveryPlace) {
  for (int c = 0; c < 256; ++c) {
    const bool control = (c < 0x20 && c != '\t') || c == 0x7f;
    for (size_t place = 0; place < 18; ++place) {
      std::string value(18, 'v');
      value[place] = static_cast<char>(c);
      Headers headers;
      headers.Add("Name", value);
      if (control) {
        value[place] = ' ';
      }
      EXPECT_EQ(headers.Find("name"), value) << c << " at " << place;
    }
  }
}

}  // namespace
}  // namespace pinion::http
