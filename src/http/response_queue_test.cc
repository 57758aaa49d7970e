#include "http/response_queue.h"

#include <gtest/gtest.h>

namespace pinion::http {
namespace {

constexpr std::string_view kDate = "Thu, 01 Jan 1970 00:00:00 GMT";

Response Text(std::string body) {
  Response response;
  response.body = std::move(body);
  return response;
}

// Everything that can be written now, as one text.
std::string Take(ResponseQueue& queue) {
  std::string text;
  for (const std::string_view buffer : queue.Gather(kDate)) {
    text += buffer;
  }
  queue.Written();
  return text;
}

TEST(ResponseQueueTest, WritesStatusDateHeadersLengthAndBody) {
  ResponseQueue queue(16);
  Response response = Text("hello");
  response.status = 404;
  response.headers.Add("X", "y");

  queue.Fill(queue.Open({}), std::move(response));

  EXPECT_EQ(Take(queue),
            "HTTP/1.1 404 Not Found\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nX: y\r\n"
            "Content-Length: 5\r\n\r\nhello");
}

TEST(ResponseQueueTest, HoldsBackAnswersUntilTheirTurn) {
  ResponseQueue queue(16);
  const uint64_t first = queue.Open({});
  const uint64_t second = queue.Open({});

  queue.Fill(second, Text("SECOND"));
  EXPECT_EQ(Take(queue), "");
  queue.Fill(first, Text("FIRST"));
  const std::string both = Take(queue);

  EXPECT_LT(both.find("FIRST"), both.find("SECOND"));
  EXPECT_TRUE(queue.empty());
}

TEST(ResponseQueueTest, OnlyTheLastAnswerSaysClose) {
  ResponseQueue queue(16);
  queue.Fill(queue.Open({}), Text("FIRST"));
  queue.Fill(queue.Open({}), Text("SECOND"));
  queue.CloseAfterLast();

  const std::string both = Take(queue);

  EXPECT_GT(both.find("Connection: close"), both.find("FIRST"));
  EXPECT_NE(both.find("Connection: close"), std::string::npos);
  EXPECT_TRUE(queue.finished());
}

TEST(ResponseQueueTest, SecondAndUnknownAnswersAreIgnored) {
  ResponseQueue queue(16);
  const uint64_t sequence = queue.Open({});
  queue.Fill(sequence, Text("GOOD"));
  queue.Fill(sequence, Text("EVIL"));
  queue.Fill(sequence + 1, Text("EVIL"));

  EXPECT_EQ(Take(queue).find("EVIL"), std::string::npos);
  queue.Fill(sequence, Text("EVIL"));
  EXPECT_EQ(Take(queue), "");
}

TEST(ResponseQueueTest, IsFullAtItsLimitUntilAnAnswerIsWritten) {
  ResponseQueue queue(2);
  const uint64_t first = queue.Open({});
  EXPECT_FALSE(queue.full());
  queue.Open({});
  EXPECT_TRUE(queue.full());

  queue.Fill(first, Text(""));
  Take(queue);

  EXPECT_FALSE(queue.full());
}

TEST(ResponseQueueTest, InterimBytesKeepTheirPlaceAndAreNoRequest) {
  ResponseQueue queue(1);
  queue.AppendInterim("100\r\n");
  EXPECT_FALSE(queue.full());
  const uint64_t sequence = queue.Open({});
  EXPECT_EQ(Take(queue), "100\r\n");

  queue.Fill(sequence, Text("done"));

  EXPECT_TRUE(Take(queue).ends_with("done"));
}

TEST(ResponseQueueTest, ManyAnswersGoOutInSeveralWrites) {
  ResponseQueue queue(1000);
  for (int i = 0; i < 100; ++i) {
    queue.Fill(queue.Open({}), Text("x"));
  }

  EXPECT_LE(queue.Gather(kDate).size(), 64U);
  queue.Written();
  EXPECT_FALSE(queue.empty());
}

}  // namespace
}  // namespace pinion::http
