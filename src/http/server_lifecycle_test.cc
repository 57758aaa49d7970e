// Start, drain, stop, and answers that come late or never (OPS-8, API-96).
#include <future>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "http/raw_client.h"
#include "http/worker_pool.h"

namespace pinion::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

class HoldingHandler final : public ScriptedHandler {
 public:
  HoldingHandler() {
    handle = [this](Request request, Responder responder) {
      if (request.path == "/now") {
        responder.Send(Text("now"));
      } else {
        held.Add(std::move(request), std::move(responder));
      }
    };
  }
  HeldRequests held;
};

// Idle, and known to the server.
void BecomeIdle(RawClient& client) {
  client.Send("GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.Read().status, 200);
}

ConnectionLimits ShortLinger() {
  ConnectionLimits limits;
  limits.drain_linger_timeout = milliseconds(20);
  return limits;
}

TEST(ServerLifecycleTest, TakenAddressIsNamedInTheError) {
  ScriptedHandler handler;
  TestServer first(handler);
  ServerOptions options;
  options.listen.front().port = first.server.port();
  const base::SystemClock clock;
  Server second(options, handler, clock);

  const base::Result<void> started = second.Start();

  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().code, base::Errc::kUnavailable);
  EXPECT_NE(started.error().message.find("127.0.0.1 port " + std::to_string(first.server.port())),
            std::string::npos);
}

TEST(ServerLifecycleTest, HostNameIsNoListenAddress) {
  ScriptedHandler handler;
  ServerOptions options;
  options.listen.front().address = "localhost";
  const base::SystemClock clock;
  Server server(options, handler, clock);

  EXPECT_EQ(server.Start().error().code, base::Errc::kInvalidArgument);
}

TEST(ServerLifecycleTest, ListensOnEveryAddressGiven) {
  ScriptedHandler handler;
  ServerOptions options;
  options.listen = {ListenAddress{}, ListenAddress{}};
  const base::SystemClock clock;
  Server server(options, handler, clock);
  ASSERT_TRUE(server.Start().ok());

  for (const size_t index : {size_t{0}, size_t{1}}) {
    RawClient client(server.port(index));
    client.Send(kGet);
    EXPECT_EQ(client.Read().status, 200);
  }
}

TEST(ServerLifecycleTest, DroppedResponderIs500) {
  ScriptedHandler handler;
  handler.handle = [](Request, Responder) {};
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(kGet);

  EXPECT_EQ(client.Read().status, 500);
}

TEST(ServerLifecycleTest, ThrowingHandlerIs500) {
  ScriptedHandler handler;
  handler.handle = [](Request, Responder) { throw std::runtime_error("defect"); };
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(kGet);

  EXPECT_EQ(client.Read().status, 500);
}

TEST(ServerLifecycleTest, DrainFinishesTheRequestsInWork) {
  HoldingHandler handler;
  TestServer fixture(handler, ShortLinger());
  RawClient client(fixture.server.port());
  client.Send(kGet);
  std::vector<HeldRequests::Held> requests = handler.held.Take(1);
  RawClient idle(fixture.server.port());
  BecomeIdle(idle);

  auto drained = std::async(std::launch::async, [&] { return fixture.server.Drain(seconds(20)); });
  // The idle connection's end shows that the drain has begun.
  EXPECT_TRUE(idle.AtEnd());
  requests.front().responder.Send(ScriptedHandler::Text("finished"));
  const Reply reply = client.Read();

  EXPECT_EQ(reply.body, "finished");
  EXPECT_EQ(reply.Header("Connection"), "close");
  EXPECT_TRUE(client.AtEnd());
  client.EndOfSending();
  EXPECT_EQ(drained.get(), Server::DrainOutcome::kAllFinished);
}

TEST(ServerLifecycleTest, DrainGivesUpAtItsDeadline) {
  HoldingHandler handler;
  TestServer fixture(handler);
  RawClient client(fixture.server.port());
  client.Send(kGet);
  const std::vector<HeldRequests::Held> requests = handler.held.Take(1);

  EXPECT_EQ(fixture.server.Drain(milliseconds(20)), Server::DrainOutcome::kDeadlinePassed);
}

TEST(ServerLifecycleTest, DrainedServerTakesNoConnections) {
  ScriptedHandler handler;
  TestServer fixture(handler);

  fixture.server.Drain(seconds(20));

  EXPECT_FALSE(RawClient(fixture.server.port()).connected());
}

TEST(ServerLifecycleTest, RequestBegunBeforeTheDrainIsReadAndAnswered) {
  ScriptedHandler handler;
  TestServer fixture(handler, ShortLinger());
  RawClient client(fixture.server.port());
  client.Send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  EXPECT_EQ(client.Read().status, 100);
  RawClient idle(fixture.server.port());
  BecomeIdle(idle);

  auto drained = std::async(std::launch::async, [&] { return fixture.server.Drain(seconds(20)); });
  EXPECT_TRUE(idle.AtEnd());
  client.Send("body");

  EXPECT_EQ(client.Read().body, "POST / body");
  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerLifecycleTest, AnswersMayComeAfterTheServerIsGone) {
  HoldingHandler handler;
  std::vector<HeldRequests::Held> requests;
  {
    TestServer fixture(handler);
    RawClient client(fixture.server.port());
    client.Send(kGet);
    requests = handler.held.Take(1);
  }

  requests.front().responder.Send(ScriptedHandler::Text("nobody listens"));
}

TEST(ServerLifecycleTest, AnswerToAClientThatLeftIsDropped) {
  HoldingHandler handler;
  TestServer fixture(handler);
  auto client = std::make_unique<RawClient>(fixture.server.port());
  client->Send(kGet);
  std::vector<HeldRequests::Held> requests = handler.held.Take(1);

  client.reset();
  requests.front().responder.Send(ScriptedHandler::Text("gone"));

  RawClient next(fixture.server.port());
  next.Send(kGet);
  handler.held.Take(1).front().responder.Send(ScriptedHandler::Text("next"));
  EXPECT_EQ(next.Read().body, "next");
}

// Sends something and leaves: in the middle of a head, of a body, or of its answers.
void ComeAndGo(uint16_t port, size_t round) {
  const std::vector<std::string> conversations = {
      "GET / HT",
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nsome",
      std::string(kGet) + std::string(kGet) + "garbage\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
      std::string(kGet),
  };
  RawClient client(port);
  client.Send(conversations[round % conversations.size()]);
  if (round % 3 == 0) {
    client.EndOfSending();
    client.Read();
  }
}

TEST(ServerLifecycleTest, ClientsThatLeaveAtAnyMomentLeaveNothingBehind) {
  ScriptedHandler handler;
  WorkerPool pool({.threads = 2, .queued_max = 1000});
  handler.handle = [&](Request request, Responder responder) {
    auto work = [path = request.path, promise = std::move(responder)]() mutable {
      promise.Send(ScriptedHandler::Text(std::move(path)));
    };
    ASSERT_TRUE(pool.Post(std::move(work)));
  };
  TestServer fixture(handler, ShortLinger());
  std::vector<std::thread> clients;

  for (size_t i = 0; i < 3; ++i) {
    clients.emplace_back([&fixture, i] {
      for (size_t round = 0; round < 100; ++round) {
        ComeAndGo(fixture.server.port(), round + i);
      }
    });
  }
  for (std::thread& client : clients) {
    client.join();
  }

  EXPECT_EQ(fixture.server.Drain(seconds(20)), Server::DrainOutcome::kAllFinished);
  EXPECT_EQ(fixture.server.connections(), 0U);
}

TEST(ServerLifecycleTest, StopWithoutStartIsHarmless) {
  ScriptedHandler handler;
  const base::SystemClock clock;
  Server server(ServerOptions{}, handler, clock);

  server.Stop();
  EXPECT_EQ(server.connections(), 0U);
}

}  // namespace
}  // namespace pinion::http
