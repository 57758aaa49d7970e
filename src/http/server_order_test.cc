// Keep-alive, pipelining and the framing of answers (API-90, API-94).
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/locked.h"
#include "http/raw_client.h"

namespace pinion::http {
namespace {

std::string Get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
}

TEST(ServerOrderTest, AnswersOneRequestAfterTheOtherOnOneConnection) {
  ScriptedHandler handler;
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(Get("/a"));
  EXPECT_EQ(client.Read().body, "GET /a ");
  client.Send(Get("/b"));
  EXPECT_EQ(client.Read().body, "GET /b ");
}

TEST(ServerOrderTest, PipelinedRequestsAreAnsweredInOrderThoughCompletedBackwards) {
  ScriptedHandler handler;
  HeldRequests held;
  handler.handle = [&](Request request, Responder responder) {
    held.Add(std::move(request), std::move(responder));
  };
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(Get("/1") + Get("/2") + Get("/3"));
  std::vector<HeldRequests::Held> requests = held.Take(3);
  for (size_t i = 3; i-- > 0;) {
    requests[i].responder.Send(ScriptedHandler::Text(requests[i].request.path));
  }

  EXPECT_EQ(client.Read().body, "/1");
  EXPECT_EQ(client.Read().body, "/2");
  EXPECT_EQ(client.Read().body, "/3");
}

TEST(ServerOrderTest, RequestsThatArriveTogetherAreHandledTogether) {
  class Counting final : public ScriptedHandler {
   public:
    void HandleAll(std::span<PendingRequest> requests) override {
      counts.Lock()->push_back(requests.size());
      ScriptedHandler::HandleAll(requests);
    }
    base::Locked<std::vector<size_t>> counts;
  };
  Counting handler;
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(Get("/1") + Get("/2") + Get("/3"));
  EXPECT_EQ(client.Read().body, "GET /1 ");
  EXPECT_EQ(client.Read().body, "GET /2 ");
  EXPECT_EQ(client.Read().body, "GET /3 ");

  EXPECT_EQ(*handler.counts.Lock(), std::vector<size_t>{3});
}

TEST(ServerOrderTest, HandlerThatThrowsAnswers500ToWhatItHasNotTaken) {
  ScriptedHandler handler;
  handler.handle = [](const Request& request, Responder responder) {
    if (request.path == "/bad") {
      throw std::runtime_error("bad");
    }
    responder.Send(ScriptedHandler::Text(request.path));
  };
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(Get("/good") + Get("/bad") + Get("/behind"));
  EXPECT_EQ(client.Read().body, "/good");
  EXPECT_EQ(client.Read().status, 500);
  EXPECT_EQ(client.Read().status, 500);
  client.Send(Get("/next"));
  EXPECT_EQ(client.Read().body, "/next");
}

TEST(ServerOrderTest, SixteenRequestsOfAConnectionAreInWorkAndNoMore) {
  ScriptedHandler handler;
  HeldRequests held;
  handler.handle = [&](Request request, Responder responder) {
    if (request.path == "/fence") {
      responder.Send(ScriptedHandler::Text(""));
    } else {
      held.Add(std::move(request), std::move(responder));
    }
  };
  TestServer fixture(handler);
  RawClient client(fixture.server.port());
  std::string requests;
  for (int i = 0; i < 20; ++i) {
    requests += Get("/");
  }

  client.Send(requests);
  std::vector<HeldRequests::Held> first = held.Take(16);
  // The one io thread has been through everything that was there once it answers another
  // connection.
  RawClient other(fixture.server.port());
  other.Send(Get("/fence"));
  EXPECT_EQ(other.Read().status, 200);
  EXPECT_EQ(held.size(), 0U);

  first.clear();
  EXPECT_EQ(held.Take(4).size(), 4U);
}

TEST(ServerOrderTest, ManyPipelinedRequestsThatAreAnsweredAtOnceAllGetAnAnswer) {
  ScriptedHandler handler;
  TestServer fixture(handler);
  RawClient client(fixture.server.port());
  std::string requests;
  for (int i = 0; i < 200; ++i) {
    requests += Get("/" + std::to_string(i));
  }

  client.Send(requests);

  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(client.Read().body, "GET /" + std::to_string(i) + " ");
  }
}

TEST(ServerOrderTest, ConnectionCloseIsAnsweredAndObeyed) {
  ScriptedHandler handler;
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

  EXPECT_EQ(client.Read().Header("Connection"), "close");
  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerOrderTest, RequestsBehindAConnectionCloseAreNotServed) {
  ScriptedHandler handler;
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" + Get("/more"));

  EXPECT_EQ(client.Read().status, 200);
  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerOrderTest, Http10ConnectionEndsAfterTheAnswer) {
  ScriptedHandler handler;
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send("GET /old HTTP/1.0\r\n\r\n");

  EXPECT_EQ(client.Read().body, "GET /old ");
  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerOrderTest, Http10KeepAliveIsConfirmedAndKept) {
  ScriptedHandler handler;
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(client.Read().Header("Connection"), "keep-alive");
  client.Send("GET /2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(client.Read().body, "GET /2 ");
}

TEST(ServerOrderTest, ClientThatHasEndedItsSideStillGetsItsAnswers) {
  ScriptedHandler handler;
  HeldRequests held;
  handler.handle = [&](Request request, Responder responder) {
    held.Add(std::move(request), std::move(responder));
  };
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(Get("/"));
  client.EndOfSending();
  held.Take(1).front().responder.Send(ScriptedHandler::Text("late"));

  EXPECT_EQ(client.Read().body, "late");
  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerOrderTest, HeadHasTheLengthButNotTheBody) {
  ScriptedHandler handler;
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send("HEAD /abc HTTP/1.1\r\nHost: h\r\n\r\n" + Get("/next"));

  EXPECT_EQ(client.Read(RawClient::Expect::kHead).Header("Content-Length"), "10");
  EXPECT_EQ(client.Read().body, "GET /next ");
}

TEST(ServerOrderTest, NoContentHasNoContentLength) {
  ScriptedHandler handler;
  handler.handle = [](Request, Responder responder) {
    responder.Send(Response{.status = 204, .headers = {}, .body = {}});
  };
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(Get("/"));
  const Reply reply = client.Read();

  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(reply.Header("Content-Length"), "");
}

TEST(ServerOrderTest, EveryAnswerHasADate) {
  ScriptedHandler handler;
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(Get("/"));
  EXPECT_EQ(client.Read().Header("Date").size(), 29U);
  client.Send("broken\r\n\r\n");
  EXPECT_EQ(client.Read().Header("Date").size(), 29U);
}

TEST(ServerOrderTest, RequestTellsWhereItCameFrom) {
  ScriptedHandler handler;
  handler.handle = [](Request request, Responder responder) {
    responder.Send(ScriptedHandler::Text(request.peer_address + (request.tls ? " tls" : " plain")));
  };
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send(Get("/"));

  EXPECT_EQ(client.Read().body, "127.0.0.1 plain");
}

TEST(ServerOrderTest, LargeAnswersAreGzippedForClientsThatAcceptIt) {
  ScriptedHandler handler;
  handler.handle = [](Request, Responder responder) {
    responder.Send(ScriptedHandler::Text(std::string(5000, 'x')));
  };
  TestServer fixture(handler);
  RawClient client(fixture.server.port());

  client.Send("GET / HTTP/1.1\r\nHost: h\r\nAccept-Encoding: br, gzip\r\n\r\n");
  const Reply reply = client.Read();

  EXPECT_EQ(reply.Header("Content-Encoding"), "gzip");
  EXPECT_EQ(reply.Header("Vary"), "Accept-Encoding");
  EXPECT_LT(reply.body.size(), 200U);
}

}  // namespace
}  // namespace pinion::http
