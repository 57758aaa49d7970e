// Timeouts, sizes, and requests that are refused before a handler sees them (API-91, API-93).
#include <string>

#include <gtest/gtest.h>

#include "http/raw_client.h"

namespace pinion::http {
namespace {

using std::chrono::milliseconds;

TEST(ServerLimitsTest, IdleConnectionIsClosedWithoutAWord) {
  ScriptedHandler handler;
  ConnectionLimits limits;
  limits.idle_timeout = milliseconds(30);
  TestServer fixture(handler, limits);
  RawClient client(fixture.server.port());

  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerLimitsTest, IdleConnectionIsClosedAfterARequestToo) {
  ScriptedHandler handler;
  ConnectionLimits limits;
  limits.idle_timeout = milliseconds(30);
  TestServer fixture(handler, limits);
  RawClient client(fixture.server.port());

  client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_EQ(client.Read().status, 200);
  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerLimitsTest, RequestInWorkIsNotIdle) {
  ScriptedHandler handler;
  HeldRequests held;
  handler.handle = [&](Request request, Responder responder) {
    held.Add(std::move(request), std::move(responder));
  };
  ConnectionLimits limits;
  limits.idle_timeout = milliseconds(30);
  TestServer fixture(handler, limits);
  RawClient client(fixture.server.port());
  RawClient idle(fixture.server.port());

  client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  std::vector<HeldRequests::Held> requests = held.Take(1);
  // An idle connection begun later is closed meanwhile.
  RawClient later(fixture.server.port());
  EXPECT_TRUE(later.AtEnd());
  requests.front().responder.Send(ScriptedHandler::Text("done"));

  EXPECT_EQ(client.Read().body, "done");
}

TEST(ServerLimitsTest, HeadThatDoesNotCompleteInTimeIs408) {
  ScriptedHandler handler;
  ConnectionLimits limits;
  limits.head_timeout = milliseconds(30);
  TestServer fixture(handler, limits);
  RawClient client(fixture.server.port());

  client.Send("GET / HTTP/1.1\r\nHo");

  EXPECT_EQ(client.Read().status, 408);
  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerLimitsTest, BodyThatStallsIs408) {
  ScriptedHandler handler;
  ConnectionLimits limits;
  limits.transfer_grace = milliseconds(30);
  TestServer fixture(handler, limits);
  RawClient client(fixture.server.port());

  client.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");

  EXPECT_EQ(client.Read().status, 408);
  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerLimitsTest, LateRequestIsAnswered408BehindTheAnswersBeforeIt) {
  ScriptedHandler handler;
  HeldRequests held;
  handler.handle = [&](Request request, Responder responder) {
    held.Add(std::move(request), std::move(responder));
  };
  ConnectionLimits limits;
  limits.head_timeout = milliseconds(30);
  TestServer fixture(handler, limits);
  RawClient client(fixture.server.port());
  RawClient witness(fixture.server.port());

  client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET");
  std::vector<HeldRequests::Held> requests = held.Take(1);
  witness.Send("G");
  EXPECT_EQ(witness.Read().status, 408);
  requests.front().responder.Send(ScriptedHandler::Text("first"));

  EXPECT_EQ(client.Read().body, "first");
  EXPECT_EQ(client.Read().status, 408);
  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerLimitsTest, RequestLineOverTheLimitIs414) {
  ScriptedHandler handler;
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send("GET /" + std::string(size_t{16} * 1024, 'a'));

  EXPECT_EQ(client.Read().status, 414);
  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerLimitsTest, HeadersOverTheLimitAre431) {
  ScriptedHandler handler;
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(size_t{64} * 1024, 'a'));

  EXPECT_EQ(client.Read().status, 431);
  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerLimitsTest, RefusedFramingEndsTheConnection) {
  ScriptedHandler handler;
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_EQ(client.Read().status, 400);
  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerLimitsTest, HandlerWordsTheErrorsOfTheServer) {
  class Wording final : public ScriptedHandler {
   public:
    Response MakeErrorResponse(int status, std::string_view, const Request* request) override {
      return Text(request == nullptr ? "nothing" : request->path, status);
    }
  } handler;
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send("GET /known HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n");

  EXPECT_EQ(client.Read().body, "/known");
}

TEST(ServerLimitsTest, ConnectionsOverTheLimitWaitUntilOneEnds) {
  ScriptedHandler handler;
  TestServer fixture(handler, {}, 1);
  auto first = std::make_unique<RawClient>(fixture.server.port());
  first->Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(first->Read().status, 200);

  RawClient second(fixture.server.port());
  second.Send("GET /second HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(fixture.server.connections(), 1U);
  first.reset();

  EXPECT_EQ(second.Read().body, "GET /second ");
}

}  // namespace
}  // namespace pinion::http
