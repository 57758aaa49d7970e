// Request bodies: framing, Expect, early refusals and what is thrown away (API-26, API-91, API-92).
#include <string>

#include <gtest/gtest.h>

#include "http/gzip.h"
#include "http/raw_client.h"

namespace pinion::http {
namespace {

std::string Post(std::string_view headers, std::string_view body = {}) {
  return "POST /p HTTP/1.1\r\nHost: h\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

std::string Length(size_t size) {
  return "Content-Length: " + std::to_string(size) + "\r\n";
}

ConnectionLimits SmallBodies() {
  ConnectionLimits limits;
  limits.body_bytes_max = 1000;
  return limits;
}

TEST(ServerBodyTest, BodyOfGivenLengthReachesTheHandler) {
  ScriptedHandler handler;
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(Post("Content-Length: 5\r\n", "hel"));
  client.Send("lo");

  EXPECT_EQ(client.Read().body, "POST /p hello");
}

TEST(ServerBodyTest, LargeBodyArrivesWhole) {
  ScriptedHandler handler;
  handler.handle = [](Request request, Responder responder) {
    responder.Send(ScriptedHandler::Text(std::to_string(request.body.size())));
  };
  TestServer fixture(handler);
  RawClient client(fixture.server.port());
  const std::string body(5'000'000, 'b');

  client.Send(Post(Length(body.size()), body));

  EXPECT_EQ(client.Read().body, "5000000");
}

TEST(ServerBodyTest, ChunkedBodyIsJoinedAndTrailersAreDropped) {
  ScriptedHandler handler;
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(Post("Transfer-Encoding: chunked\r\n",
                   "3\r\nabc\r\n4;ext=1\r\ndefg\r\n0\r\nX-Trailer: t\r\n\r\n") +
              "GET /after HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_EQ(client.Read().body, "POST /p abcdefg");
  EXPECT_EQ(client.Read().body, "GET /after ");
}

TEST(ServerBodyTest, GzippedBodyIsInflatedAndKeptAsReceived) {
  ScriptedHandler handler;
  const std::string compressed = Gzip("plain text");
  bool same = false;
  handler.handle = [&](Request request, Responder responder) {
    same = request.BodyAsReceived() == compressed;
    responder.Send(ScriptedHandler::Text(request.body));
  };
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(Post("Content-Encoding: gzip\r\n" + Length(compressed.size()), compressed));

  EXPECT_EQ(client.Read().body, "plain text");
  EXPECT_TRUE(same);
}

TEST(ServerBodyTest, BrokenGzipIsABadRequest) {
  ScriptedHandler handler;
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(Post("Content-Encoding: gzip\r\nContent-Length: 4\r\n", "nope"));

  EXPECT_EQ(client.Read().status, 400);
}

TEST(ServerBodyTest, ContinueIsSentBeforeTheBodyIsRead) {
  ScriptedHandler handler;
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(Post("Expect: 100-continue\r\nContent-Length: 2\r\n"));
  EXPECT_EQ(client.Read().status, 100);
  client.Send("ok");

  EXPECT_EQ(client.Read().body, "POST /p ok");
}

TEST(ServerBodyTest, ContinueWaitsForTheAnswersBeforeIt) {
  ScriptedHandler handler;
  HeldRequests held;
  handler.handle = [&](Request request, Responder responder) {
    held.Add(std::move(request), std::move(responder));
  };
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n" +
              Post("Expect: 100-continue\r\nContent-Length: 2\r\n"));
  held.Take(1).front().responder.Send(ScriptedHandler::Text("first"));

  EXPECT_EQ(client.Read().body, "first");
  EXPECT_EQ(client.Read().status, 100);
}

TEST(ServerBodyTest, RefusedExpectationGetsTheErrorAndTheEnd) {
  ScriptedHandler handler;
  handler.on_headers = [](const Request&) {
    HeaderVerdict verdict;
    verdict.refusal = ScriptedHandler::Text("no such route", 404);
    return verdict;
  };
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(Post("Expect: 100-continue\r\nContent-Length: 2\r\n"));

  EXPECT_EQ(client.Read().status, 404);
  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerBodyTest, RefusedBodyIsSkippedAndTheConnectionGoesOn) {
  ScriptedHandler handler;
  handler.on_headers = [](const Request&) {
    HeaderVerdict verdict;
    verdict.refusal = ScriptedHandler::Text("no", 404);
    return verdict;
  };
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(Post("Content-Length: 4\r\n", "body") + "GET /next HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_EQ(client.Read().status, 404);
  EXPECT_EQ(client.Read().body, "GET /next ");
}

TEST(ServerBodyTest, LengthOverTheLimitIsRefusedAtOnceAndTheConnectionEnds) {
  ScriptedHandler handler;
  TestServer fixture(handler, SmallBodies());
  RawClient client(fixture.server.port());

  client.Send(Post("Content-Length: 1001\r\n"));

  const Reply reply = client.Read();
  EXPECT_EQ(reply.status, 413);
  EXPECT_EQ(reply.Header("Connection"), "close");
  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerBodyTest, LengthAtTheLimitIsTaken) {
  ScriptedHandler handler;
  TestServer fixture(handler, SmallBodies());
  RawClient client(fixture.server.port());

  client.Send(Post("Content-Length: 1000\r\n", std::string(1000, 'x')));

  EXPECT_EQ(client.Read().status, 200);
}

TEST(ServerBodyTest, ClientThatSendsMegabytesTooManySeesTheAnswer) {
  ScriptedHandler handler;
  TestServer fixture(handler, SmallBodies());
  RawClient client(fixture.server.port());
  const std::string body(10 * 1024 * 1024, 'x');

  EXPECT_TRUE(client.Send(Post(Length(body.size()), body)));

  EXPECT_EQ(client.Read().status, 413);
  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerBodyTest, ChunkedBodyIsRefusedWhereItPassesTheLimit) {
  ScriptedHandler handler;
  TestServer fixture(handler, SmallBodies());
  RawClient client(fixture.server.port());

  client.Send(Post("Transfer-Encoding: chunked\r\n", "3e9\r\n" + std::string(1001, 'x')));

  EXPECT_EQ(client.Read().status, 413);
  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerBodyTest, InflatedBodyIsRefusedWhereItPassesTheLimit) {
  ScriptedHandler handler;
  TestServer fixture(handler, SmallBodies());
  RawClient client(fixture.server.port());
  const std::string bomb = Gzip(std::string(100'000, '0'));

  client.Send(Post("Content-Encoding: gzip\r\n" + Length(bomb.size()), bomb));

  EXPECT_EQ(client.Read().status, 413);
}

TEST(ServerBodyTest, HandlerSetsTheLimitOfARequest) {
  ScriptedHandler handler;
  handler.on_headers = [](const Request&) {
    HeaderVerdict verdict;
    verdict.body_bytes_max = 3;
    return verdict;
  };
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(Post("Content-Length: 3\r\n", "abc"));
  EXPECT_EQ(client.Read().status, 200);
  client.Send(Post("Content-Length: 4\r\n", "abcd"));
  EXPECT_EQ(client.Read().status, 413);
}

TEST(ServerBodyTest, BrokenChunkIsABadRequestAndTheEnd) {
  ScriptedHandler handler;
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(Post("Transfer-Encoding: chunked\r\n", "3\r\nabcd\r\n0\r\n\r\n"));

  EXPECT_EQ(client.Read().status, 400);
  EXPECT_TRUE(client.AtEnd());
}

}  // namespace
}  // namespace pinion::http
