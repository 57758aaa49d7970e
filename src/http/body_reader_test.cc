#include "http/body_reader.h"

#include <string>

#include <gtest/gtest.h>

namespace pinion::http {
namespace {

struct Outcome {
  std::string body;
  std::string rest;
  bool done = false;
  int error = 0;
};

// Reads `bytes` in pieces of `step`, as a network might deliver them.
Outcome ReadAll(RequestHead head, std::string_view bytes, size_t step, size_t limit = 1000) {
  BodyReader reader(head, limit);
  Outcome outcome;
  size_t given = 0;
  std::string_view piece;
  while (given < bytes.size() && !reader.done() && !reader.error().has_value()) {
    piece = bytes.substr(given, step);
    given += piece.size();
    reader.Read(piece);
  }
  outcome.body = head.request.body;
  outcome.rest = std::string(piece) + std::string(bytes.substr(given));
  outcome.done = reader.done();
  outcome.error = reader.error().has_value() ? reader.error()->status : 0;
  return outcome;
}

RequestHead Chunked() {
  RequestHead head;
  head.framing = BodyFraming::kChunked;
  return head;
}

RequestHead OfLength(uint64_t length) {
  RequestHead head;
  head.framing = BodyFraming::kLength;
  head.content_length = length;
  return head;
}

TEST(BodyReaderTest, StopsWhereTheGivenLengthEnds) {
  for (const size_t step : {1U, 3U, 100U}) {
    const Outcome outcome = ReadAll(OfLength(4), "bodyNEXT", step);

    EXPECT_TRUE(outcome.done);
    EXPECT_EQ(outcome.body, "body");
    EXPECT_EQ(outcome.rest, "NEXT");
  }
}

TEST(BodyReaderTest, JoinsChunksHoweverTheyAreCut) {
  for (const size_t step : {1U, 2U, 3U, 7U, 100U}) {
    const Outcome outcome = ReadAll(
        Chunked(), "A\r\n0123456789\r\n1;a=\"b\"\r\nx\r\n000\r\nT: 1\r\nU: 2\r\n\r\nNEXT", step);

    EXPECT_TRUE(outcome.done);
    EXPECT_EQ(outcome.body, "0123456789x");
    EXPECT_EQ(outcome.rest, "NEXT");
  }
}

TEST(BodyReaderTest, RefusesBrokenChunks) {
  for (const char* bytes : {"\r\n",
                            "x\r\n",
                            "1\nx",
                            "1\r\nxy\r\n",
                            "1\r\nx\n",
                            "-1\r\n",
                            "0x1\r\n",
                            " 1\r\n",
                            "1\rx",
                            "1;a\n",
                            "0\r\nT: 1\n",
                            "0\r\n folded\r\n",
                            "0\r\n\rx",
                            "1000000000000000\r\n"}) {
    EXPECT_EQ(ReadAll(Chunked(), bytes, 100).error, 400) << bytes;
  }
}

TEST(BodyReaderTest, RefusesChunksThatAreMostlyOverhead) {
  const std::string extension(kChunkOverheadBytesMax + 100, 'e');

  EXPECT_EQ(ReadAll(Chunked(), "1;" + extension, 4096).error, 400);
  EXPECT_EQ(ReadAll(Chunked(), "0\r\n" + extension, 4096).error, 400);
}

TEST(BodyReaderTest, SmallChunksAreNoOverhead) {
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) {
    bytes += "1\r\nx\r\n";
  }

  EXPECT_TRUE(ReadAll(Chunked(), bytes + "0\r\n\r\n", 4096, 100'000).done);
}

TEST(BodyReaderTest, ChunkedLimitIsInclusive) {
  EXPECT_TRUE(ReadAll(Chunked(), "4\r\nabcd\r\n0\r\n\r\n", 100, 4).done);
  EXPECT_EQ(ReadAll(Chunked(), "4\r\nabcd\r\n1\r\ne\r\n", 100, 4).error, 413);
}

TEST(BodyReaderTest, InflatesWhateverTheFraming) {
  const std::string compressed = Gzip("some text");
  RequestHead head = OfLength(compressed.size());
  head.coding = BodyCoding::kGzip;

  for (const size_t step : {1U, 1000U}) {
    const Outcome outcome = ReadAll(head, compressed, step);

    EXPECT_TRUE(outcome.done);
    EXPECT_EQ(outcome.body, "some text");
  }
}

TEST(BodyReaderTest, RefusesTruncatedGzip) {
  const std::string compressed = Gzip("some text").substr(0, 15);
  RequestHead head = OfLength(compressed.size());
  head.coding = BodyCoding::kGzip;

  EXPECT_EQ(ReadAll(head, compressed, 100).error, 400);
}

TEST(BodyReaderTest, CompressedBytesCountTowardsTheLimitToo) {
  // Random-looking text does not compress: what is received is larger than what comes out.
  const std::string compressed = Gzip("qJ8#xZ!p");
  RequestHead head = OfLength(compressed.size());
  head.coding = BodyCoding::kGzip;

  EXPECT_EQ(ReadAll(head, compressed, 100, 10).error, 413);
}

TEST(BodyReaderTest, EmptyGzippedBodyIsEmpty) {
  RequestHead head = Chunked();
  head.coding = BodyCoding::kGzip;

  EXPECT_TRUE(ReadAll(head, "0\r\n\r\n", 100).done);
}

}  // namespace
}  // namespace pinion::http
