#include "http/request_head.h"

#include <string>

#include <gtest/gtest.h>

namespace pinion::http {
namespace {

// Scans and parses in one go; a status of 0 means that there was no error.
struct Parsed {
  RequestHead head;
  bool complete = false;
  int error = 0;
};

Parsed Parse(std::string_view text, const HeadLimits& limits = {}) {
  Parsed parsed;
  HeadScanner scanner(limits);
  parsed.complete = scanner.Scan(text);
  std::optional<RequestError> error = scanner.error();
  if (parsed.complete) {
    error = ParseRequestHead(text.substr(0, scanner.head_size()), limits, parsed.head);
  }
  parsed.error = error.has_value() ? error->status : 0;
  return parsed;
}

Parsed ParseWith(std::string_view headers) {
  return Parse("POST / HTTP/1.1\r\nHost: h\r\n" + std::string(headers) + "\r\n");
}

TEST(RequestHeadTest, TakesTheRequestLineApart) {
  const Parsed parsed = Parse("PUT /v1/a%20b?x=1&y HTTP/1.1\r\nHost: example:8080\r\n\r\n");

  const Request& request = parsed.head.request;
  EXPECT_EQ(parsed.error, 0);
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(request.target, "/v1/a%20b?x=1&y");
  EXPECT_EQ(request.path, "/v1/a%20b");
  EXPECT_EQ(request.query, "x=1&y");
  EXPECT_EQ(request.version, Version::kHttp11);
}

TEST(RequestHeadTest, TrimsHeaderValuesAndKeepsTheirOrder) {
  const Parsed parsed = ParseWith("A: 1\r\na:\t 2 \r\nEmpty:\r\n");

  EXPECT_EQ(parsed.head.request.headers.FindAll("A"), (std::vector<std::string_view>{"1", "2"}));
  EXPECT_EQ(parsed.head.request.headers.Find("empty"), "");
}

TEST(RequestHeadTest, AbsoluteFormGivesThePath) {
  const Parsed parsed = Parse("GET http://host:80/p?q HTTP/1.1\r\nHost: host\r\n\r\n");

  EXPECT_EQ(parsed.head.request.path, "/p");
  EXPECT_EQ(parsed.head.request.query, "q");
  EXPECT_EQ(parsed.head.request.target, "http://host:80/p?q");
}

TEST(RequestHeadTest, AbsoluteFormWithoutPathMeansTheRoot) {
  EXPECT_EQ(Parse("GET HTTP://host HTTP/1.1\r\nHost: host\r\n\r\n").head.request.path, "/");
}

TEST(RequestHeadTest, OneEmptyLineBeforeTheRequestIsSkipped) {
  const Parsed parsed = Parse("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_TRUE(parsed.complete);
  EXPECT_EQ(parsed.head.request.method, "GET");
  EXPECT_EQ(Parse("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n").error, 400);
}

TEST(RequestHeadTest, EveryPrefixOfAHeadIsIncomplete) {
  const std::string text = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  HeadScanner scanner{HeadLimits{}};

  for (size_t size = 0; size < text.size(); ++size) {
    ASSERT_FALSE(scanner.Scan(text.substr(0, size)));
    ASSERT_FALSE(scanner.error().has_value());
  }
  EXPECT_TRUE(scanner.Scan(text + "rest"));
  EXPECT_EQ(scanner.head_size(), text.size());
}

TEST(RequestHeadTest, BareLineFeedIsRefusedAsSoonAsItIsSeen) {
  EXPECT_EQ(Parse("GET / HTTP/1.1\nHost: h\n").error, 400);
  EXPECT_EQ(Parse("GET / HTTP/1.1\r\nHost: h\n").error, 400);
}

TEST(RequestHeadTest, BareCarriageReturnIsRefused) {
  EXPECT_EQ(ParseWith("X: a\rb\r\n").error, 400);
}

TEST(RequestHeadTest, FoldedHeaderLineIsRefused) {
  EXPECT_EQ(ParseWith("X: a\r\n b\r\n").error, 400);
  EXPECT_EQ(ParseWith("X: a\r\n\tb\r\n").error, 400);
}

TEST(RequestHeadTest, BlankBeforeTheColonIsRefused) {
  EXPECT_EQ(ParseWith("Content-Length : 3\r\n").error, 400);
}

TEST(RequestHeadTest, HeaderLineWithoutNameOrColonIsRefused) {
  EXPECT_EQ(ParseWith(": a\r\n").error, 400);
  EXPECT_EQ(ParseWith("nocolon\r\n").error, 400);
}

TEST(RequestHeadTest, ControlCharacterInAValueIsRefused) {
  EXPECT_EQ(ParseWith(std::string_view("X: a\0b\r\n", 8)).error, 400);
}

TEST(RequestHeadTest, LengthAndTransferEncodingTogetherAreRefused) {
  EXPECT_EQ(ParseWith("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n").error, 400);
  EXPECT_EQ(ParseWith("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n").error, 400);
}

TEST(RequestHeadTest, DifferingLengthsAreRefusedAndEqualOnesAreOne) {
  EXPECT_EQ(ParseWith("Content-Length: 3\r\nContent-Length: 4\r\n").error, 400);
  EXPECT_EQ(ParseWith("Content-Length: 0\r\nContent-Length: 4\r\n").error, 400);
  EXPECT_EQ(ParseWith("Content-Length: 3\r\nContent-Length: 3\r\n").head.content_length, 3U);
}

TEST(RequestHeadTest, LengthThatIsNoPlainNumberIsRefused) {
  for (const char* length : {"", "-1", "+1", "1,1", "0x10", "1 1", "18446744073709551616"}) {
    EXPECT_EQ(ParseWith("Content-Length: " + std::string(length) + "\r\n").error, 400) << length;
  }
}

TEST(RequestHeadTest, OnlyPlainChunkedIsATransferEncoding) {
  EXPECT_EQ(ParseWith("Transfer-Encoding: Chunked\r\n").head.framing, BodyFraming::kChunked);
  for (const char* coding : {"gzip, chunked",
                             "chunked, identity",
                             "identity",
                             "\x0b"
                             "chunked",
                             ""}) {
    EXPECT_EQ(ParseWith("Transfer-Encoding: " + std::string(coding) + "\r\n").error, 400) << coding;
  }
  EXPECT_EQ(ParseWith("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n").error, 400);
}

TEST(RequestHeadTest, TransferEncodingInHttp10IsRefused) {
  EXPECT_EQ(Parse("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n").error, 400);
}

TEST(RequestHeadTest, Http11NeedsExactlyOneHost) {
  EXPECT_EQ(Parse("GET / HTTP/1.1\r\n\r\n").error, 400);
  EXPECT_EQ(ParseWith("Host: other\r\n").error, 400);
  EXPECT_EQ(Parse("GET / HTTP/1.0\r\n\r\n").error, 0);
}

TEST(RequestHeadTest, ContentEncodingIsGzipOrNothing) {
  EXPECT_EQ(ParseWith("Content-Encoding: GZIP\r\n").head.coding, BodyCoding::kGzip);
  EXPECT_EQ(ParseWith("Content-Encoding: identity\r\n").head.coding, BodyCoding::kIdentity);
  EXPECT_EQ(ParseWith("Content-Encoding: br\r\n").error, 400);
  EXPECT_EQ(ParseWith("Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n").error, 400);
}

TEST(RequestHeadTest, UnknownExpectationIs417) {
  EXPECT_TRUE(ParseWith("Expect: 100-Continue\r\n").head.expects_continue);
  EXPECT_EQ(ParseWith("Expect: miracle\r\n").error, 417);
}

TEST(RequestHeadTest, OtherVersionsAreRefused) {
  EXPECT_EQ(Parse("GET / HTTP/2.0\r\n\r\n").error, 505);
  EXPECT_EQ(Parse("GET / http/1.1\r\n\r\n").error, 400);
  EXPECT_EQ(Parse("GET /\r\n\r\n").error, 400);
}

TEST(RequestHeadTest, TargetWithBlankOrControlOrFragmentIsRefused) {
  for (const char* target : {"/a b", "/a\x01", "/a#b", "relative", "*", "/\xc3\xa4"}) {
    EXPECT_EQ(Parse("GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n").error, 400)
        << target;
  }
  EXPECT_EQ(Parse("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").error, 0);
}

TEST(RequestHeadTest, RequestLineLimitCountsTheWholeLine) {
  const HeadLimits limits{.request_line_bytes_max = 16};

  EXPECT_EQ(Parse("GET / HTTP/1.1\r\nHost: h\r\n\r\n", limits).error, 0);
  EXPECT_EQ(Parse("GET /a HTTP/1.1\r\nHost: h\r\n\r\n", limits).error, 414);
  EXPECT_EQ(Parse("GET /aaaaaaaaaaaa", limits).error, 414);
}

TEST(RequestHeadTest, HeaderLimitCountsAllLinesAndTheEmptyOne) {
  const HeadLimits limits{.headers_bytes_max = 13};

  EXPECT_EQ(Parse("GET / HTTP/1.1\r\nHost: hhh\r\n\r\n", limits).error, 0);
  EXPECT_EQ(Parse("GET / HTTP/1.1\r\nHost: hhhh\r\n\r\n", limits).error, 431);
}

TEST(RequestHeadTest, HundredHeadersAreTakenAndOneMoreIsNot) {
  std::string headers;
  for (int i = 0; i < 99; ++i) {
    headers += "X: y\r\n";
  }
  EXPECT_EQ(ParseWith(headers).error, 0);
  EXPECT_EQ(ParseWith(headers + "X: y\r\n").error, 431);
}

TEST(RequestHeadTest, KeepAliveFollowsVersionAndConnection) {
  EXPECT_TRUE(ParseWith("").head.keep_alive);
  EXPECT_FALSE(ParseWith("Connection: foo, Close\r\n").head.keep_alive);
  EXPECT_FALSE(Parse("GET / HTTP/1.0\r\n\r\n").head.keep_alive);
  EXPECT_TRUE(Parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").head.keep_alive);
}

}  // namespace
}  // namespace pinion::http
