#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/hex.h"
#include "base/ids.h"
#include "base/json_text.h"
#include "base/utf8.h"

namespace pinion::base {
namespace {

TEST(Base64Test, RoundTripsEveryLength) {
  std::string bytes;
  for (int i = 0; i < 70; ++i) {
    EXPECT_EQ(Base64Decode(Base64Encode(bytes)), bytes);
    EXPECT_EQ(Base64UrlDecode(Base64UrlEncode(bytes)), bytes);
    bytes.push_back(static_cast<char>(i * 37));
  }
}

TEST(Base64Test, SkipsLineBreaksAndRefusesEverythingElse) {
  EXPECT_EQ(Base64Decode("SGVs\r\nbG8="), "Hello");
  for (const char* text : {"SGVsbG8", "SGVsbG8==", "SGVs bG8=", "SGVsbG9=", "====", "A"}) {
    EXPECT_FALSE(Base64Decode(text)) << text;
  }
}

TEST(HexTest, RoundTripsAndRefusesOddLengths) {
  EXPECT_EQ(HexEncode(std::string("\x00\xff\x10", 3)), "00ff10");
  EXPECT_EQ(HexDecode("00FF10"), std::string("\x00\xff\x10", 3));
  EXPECT_FALSE(HexDecode("0"));
  EXPECT_FALSE(HexDecode("0g"));
}

TEST(DigestTest, PiecesAreDigestedAsTheWhole) {
  Sha256Stream stream;
  stream.Add("a");
  stream.Add("");
  stream.Add("bc");
  EXPECT_EQ(stream.Finish(), Sha256("abc"));
}

TEST(DigestTest, MatchesPublishedVectors) {
  EXPECT_EQ(HexEncode(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(HexEncode(Md5("Hello World")), "b10a8db164e0754105b7a99be72e3fe5");
  EXPECT_EQ(HexEncode(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  // RFC 2202.
  EXPECT_EQ(HexEncode(HmacSha1("Jefe", "what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

TEST(DigestTest, OneKeySignsManyTexts) {
  for (const size_t size : {0U, 31U, 64U, 65U, 200U}) {
    const std::string secret(size, 'k');
    const HmacSha256Key key(secret);
    for (const std::string_view text : {"", "one", "two"}) {
      const Sha256Bytes mac = key.Sign(text);
      EXPECT_EQ(std::string(mac.data(), mac.size()), HmacSha256(secret, text));
    }
  }
  // RFC 4231, test case 6: a key longer than a block.
  EXPECT_EQ(HexEncode(HmacSha256(std::string(131, '\xaa'),
                                 "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(IdGeneratorTest, UuidsAreVersionFour) {
  SeededRandom random(7);
  const std::string id = IdGenerator(random).NewUuid();

  ASSERT_EQ(id.size(), 36U);
  EXPECT_EQ(id[14], '4');
  EXPECT_NE(std::string_view("89ab").find(id[19]), std::string_view::npos);
}

TEST(JsonTextTest, DoublesAreShortestAndIntegersHaveNoFraction) {
  EXPECT_EQ(JsonDouble(3.0), "3");
  EXPECT_EQ(JsonDouble(0.1), "0.1");
  EXPECT_EQ(JsonDouble(-2.5), "-2.5");
  EXPECT_EQ(JsonDouble(1e300), "1e+300");
}

TEST(JsonTextTest, OnlyWhatMustBeEscapedIs) {
  std::string out;
  AppendJsonString(out, "a\"b\\c\n\x01/é");
  EXPECT_EQ(out, "\"a\\\"b\\\\c\\n\\u0001/é\"");
}

TEST(JsonTextTest, EveryCharacterIsEscapedAtEveryPlace) {
  for (int c = 0; c < 256; ++c) {
    const bool escaped = c < 0x20 || c == '"' || c == '\\';
    for (size_t place = 0; place < 20; ++place) {
      std::string text(20, c == '!' ? '~' : '!');
      text[place] = static_cast<char>(c);
      std::string out;
      AppendJsonString(out, text);
      EXPECT_EQ(out == '"' + text + '"', !escaped) << c << " at " << place;
      EXPECT_EQ(out.find('\\') == place + 1, escaped) << c << " at " << place;
    }
  }
}

TEST(JsonWriterTest, PlacesCommasBetweenMembersAndElements) {
  JsonWriter json;
  json.BeginObject().Key("a").Int(1).Key("b").BeginArray().String("x").Bool(true).EndArray().Key(
      "c");
  json.BeginObject().EndObject().EndObject();
  EXPECT_EQ(json.text(), R"({"a":1,"b":["x",true],"c":{}})");
}

TEST(Utf8Test, RefusesOverlongSurrogateAndTruncatedSequences) {
  EXPECT_TRUE(IsValidUtf8("aé日😀"));
  for (const char* text :
       {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE6\x97", "\x80"}) {
    EXPECT_FALSE(IsValidUtf8(text));
  }
}

TEST(Utf8Test, LengthsCountCodePoints) {
  EXPECT_EQ(CountCodePoints("aé日😀"), 4U);
  EXPECT_EQ(FirstCodePoints("aé日😀", 3), "aé日");
}

}  // namespace
}  // namespace pinion::base
