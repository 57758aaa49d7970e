#include "http/gzip.h"

#include <gtest/gtest.h>

namespace pinion::http {
namespace {

base::Result<std::string> Inflate(std::string_view compressed, size_t limit, size_t step) {
  Inflater inflater(limit);
  std::string output;
  for (size_t at = 0; at < compressed.size(); at += step) {
    PINION_CHECK(inflater.Write(compressed.substr(at, step), output));
  }
  PINION_CHECK(inflater.Finish());
  return output;
}

Headers Accepting(std::string_view value) {
  Headers headers;
  headers.Add("Accept-Encoding", value);
  return headers;
}

Response TextOf(size_t size, std::string_view type = "application/json") {
  Response response;
  response.headers.Add("Content-Type", type);
  response.body.assign(size, 'x');
  return response;
}

TEST(GzipTest, InflatesWhatItDeflated) {
  const std::string text(100'000, 'a');

  EXPECT_EQ(*Inflate(Gzip(text), text.size(), 7), text);
  EXPECT_EQ(*Inflate(Gzip(""), 0, 100), "");
}

TEST(GzipTest, InflatesSeveralMembersAsOneText) {
  EXPECT_EQ(*Inflate(Gzip("one ") + Gzip("two"), 100, 1000), "one two");
}

TEST(GzipTest, OutputLimitIsInclusive) {
  const std::string compressed = Gzip(std::string(50'000, 'a'));

  EXPECT_TRUE(Inflate(compressed, 50'000, 1000).ok());
  EXPECT_EQ(Inflate(compressed, 49'999, 1000).error().code, base::Errc::kPayloadTooLarge);
}

TEST(GzipTest, RefusesWhatIsNoGzip) {
  EXPECT_EQ(Inflate("plain text", 100, 100).error().code, base::Errc::kInvalidArgument);
  EXPECT_FALSE(Inflate(Gzip("text") + "garbage", 100, 100).ok());
}

TEST(GzipTest, RefusesAnIncompleteMember) {
  const std::string compressed = Gzip("text");
  EXPECT_FALSE(Inflate(compressed.substr(0, compressed.size() - 1), 100, 100).ok());
}

TEST(GzipTest, RefusesAWrongChecksum) {
  std::string compressed = Gzip("text");
  compressed[compressed.size() - 6] = static_cast<char>(compressed[compressed.size() - 6] ^ 1);
  EXPECT_FALSE(Inflate(compressed, 100, 100).ok());
}

TEST(GzipTest, AcceptEncodingIsReadWithItsWeights) {
  for (const char* value : {"gzip", "br, GZIP;q=0.5", "*", "deflate;q=1, gzip ; q=1.0"}) {
    EXPECT_TRUE(AcceptsGzip(Accepting(value))) << value;
  }
  for (const char* value : {"", "br", "gzip;q=0", "gzip;q=0.000, *", "*;q=0", "xgzip"}) {
    EXPECT_FALSE(AcceptsGzip(Accepting(value))) << value;
  }
  EXPECT_FALSE(AcceptsGzip(Headers()));
}

TEST(GzipTest, ResponsesFromTheMinimumOnAreCompressed) {
  Response small = TextOf(kCompressBytesMin - 1);
  Response large = TextOf(kCompressBytesMin);

  CompressResponse(true, small);
  CompressResponse(true, large);

  EXPECT_FALSE(small.headers.Has("Content-Encoding"));
  EXPECT_EQ(large.headers.Find("Content-Encoding"), "gzip");
  EXPECT_EQ(*Inflate(large.body, kCompressBytesMin, 100), std::string(kCompressBytesMin, 'x'));
}

TEST(GzipTest, ResponseThatDependsOnAcceptEncodingSaysSo) {
  Response response = TextOf(5000);

  CompressResponse(false, response);

  EXPECT_EQ(response.headers.Find("Vary"), "Accept-Encoding");
  EXPECT_EQ(response.body.size(), 5000U);
}

TEST(GzipTest, ImagesAndEncodedResponsesAreLeftAlone) {
  Response image = TextOf(5000, "image/png");
  Response encoded = TextOf(5000);
  encoded.headers.Add("Content-Encoding", "br");

  CompressResponse(true, image);
  CompressResponse(true, encoded);

  EXPECT_EQ(image.body.size(), 5000U);
  EXPECT_FALSE(image.headers.Has("Vary"));
  EXPECT_EQ(encoded.headers.FindAll("Content-Encoding").size(), 1U);
}

}  // namespace
}  // namespace pinion::http
