#include "http/guarded_client.h"

#include <atomic>
#include <future>
#include <map>
#include <thread>

#include <gtest/gtest.h>

#include "http/raw_client.h"

namespace pinion::http {
namespace {

using namespace std::chrono_literals;  // NOLINT: literals

// Knows the names that a test gives it.
class TableResolver final : public Resolver {
 public:
  explicit TableResolver(std::map<std::string, std::vector<std::string>> table)
      : table_(std::move(table)) {}

  base::Result<std::vector<IpAddress>> Resolve(const std::string& host) override {
    ++asked;
    const auto found = table_.find(host);
    if (found == table_.end()) {
      return base::Unavailable("The host " + host + " has no address.");
    }
    std::vector<IpAddress> addresses;
    for (const std::string& text : found->second) {
      addresses.push_back(*IpAddress::Parse(text));
    }
    return addresses;
  }

  std::atomic<int> asked = 0;

 private:
  const std::map<std::string, std::vector<std::string>> table_;
};

// Holds every question until the test lets go.
class StuckResolver final : public Resolver {
 public:
  explicit StuckResolver(std::shared_future<void> released) : released_(std::move(released)) {}
  base::Result<std::vector<IpAddress>> Resolve(const std::string&) override {
    released_.wait();
    return base::Unavailable("too late");
  }

 private:
  const std::shared_future<void> released_;
};

AddressPolicy LoopbackOpen() {
  return *AddressPolicy::Make({.open_loopback = true});
}

class GuardedClientTest : public ::testing::Test {
 protected:
  GuardedClientTest()
      : resolver_(new TableResolver({{"hook.example", {"127.0.0.1"}},
                                     {"two.example", {"127.9.9.9", "127.0.0.1"}},
                                     {"inside.example", {"10.0.0.1"}},
                                     {"mixed.example", {"127.0.0.1", "10.0.0.1"}}})),
        client_({.policy = LoopbackOpen()}, std::unique_ptr<Resolver>(resolver_)) {}

  std::string Url(const std::string& host, const std::string& target = "/") const {
    return "http://" + host + ":" + std::to_string(server_.server.port()) + target;
  }
  base::Result<Response> Call(const std::string& url) {
    OutboundRequest request;
    request.url = url;
    return client_.SendAndWait(std::move(request));
  }

  ScriptedHandler handler_;
  TestServer server_{handler_};
  TableResolver* const resolver_;
  GuardedClient client_;
};

TEST_F(GuardedClientTest, BringsRequestAndAnswerAcross) {
  handler_.handle = [](Request request, Responder responder) {
    Response response =
        ScriptedHandler::Text(request.method + " " + request.target + " " + request.body + " " +
                                  std::string(request.headers.Find("x-secret").value_or("")) + " " +
                                  std::string(request.headers.Find("Host").value_or("")),
                              201);
    response.headers.Add("x-answer", "yes");
    responder.Send(std::move(response));
  };
  OutboundRequest request;
  request.method = "POST";
  request.url = Url("hook.example", "/a?b=c");
  request.headers.Add("x-secret", "s");
  request.body = "text";

  const auto response = client_.SendAndWait(std::move(request));

  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->body,
            "POST /a?b=c text s hook.example:" + std::to_string(server_.server.port()));
  EXPECT_EQ(response->headers.Find("x-answer"), "yes");
}

TEST_F(GuardedClientTest, NameIsResolvedOncePerCall) {
  ASSERT_TRUE(Call(Url("hook.example")).ok());
  EXPECT_EQ(resolver_->asked, 1);
}

TEST_F(GuardedClientTest, NameThatLeadsInsideIsRefused) {
  for (const std::string host : {"inside.example", "mixed.example"}) {
    const auto response = Call(Url(host));
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.error().code, base::Errc::kForbidden);
    EXPECT_EQ(response.error().message, "Address not allowed");
  }
}

TEST_F(GuardedClientTest, LiteralAddressIsRefusedBeforeAnyCall) {
  for (const std::string url :
       {"http://10.0.0.1/", "http://[::ffff:10.0.0.1]/", "http://169.254.169.254/latest"}) {
    EXPECT_EQ(client_.CheckUrl(url).error().code, base::Errc::kInvalidArgument) << url;
    EXPECT_EQ(Call(url).error().code, base::Errc::kInvalidArgument) << url;
  }
  EXPECT_TRUE(client_.CheckUrl("http://inside.example/").ok());
}

TEST_F(GuardedClientTest, LowPortIsRefused) {
  EXPECT_FALSE(client_.CheckUrl("http://hook.example:25/").ok());
}

TEST_F(GuardedClientTest, NextAddressIsTriedWhenOneDoesNotAnswer) {
  // The test server listens on 127.0.0.1 only.
  const auto response = Call(Url("two.example"));

  ASSERT_TRUE(response.ok()) << response.error().message;
}

TEST_F(GuardedClientTest, UnknownNameFails) {
  EXPECT_EQ(Call(Url("nobody.example")).error().code, base::Errc::kUnavailable);
}

TEST_F(GuardedClientTest, RedirectIsAnAnswer) {
  handler_.handle = [](Request, Responder responder) {
    Response response = ScriptedHandler::Text("", 302);
    response.headers.Add("Location", "http://10.0.0.1/");
    responder.Send(std::move(response));
  };

  const auto response = Call(Url("hook.example"));

  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 302);
}

TEST_F(GuardedClientTest, AnswerMayBeAsLongAsTheLimitAndNoLonger) {
  handler_.handle = [](Request request, Responder responder) {
    responder.Send(
        ScriptedHandler::Text(std::string(std::stoul(std::string(request.path.substr(1))), 'x')));
  };
  OutboundRequest request;
  request.answer_bytes_max = 1000;
  request.url = Url("hook.example", "/1000");
  EXPECT_EQ(client_.SendAndWait(request)->body.size(), 1000u);

  request.url = Url("hook.example", "/1001");
  EXPECT_EQ(client_.SendAndWait(request).error().code, base::Errc::kPayloadTooLarge);
}

TEST_F(GuardedClientTest, SlowAnswerFails) {
  HeldRequests held;
  handler_.handle = [&held](Request request, Responder responder) {
    held.Add(std::move(request), std::move(responder));
  };
  OutboundRequest request;
  request.url = Url("hook.example");
  request.timeout = 50ms;

  EXPECT_EQ(client_.SendAndWait(std::move(request)).error().code, base::Errc::kUnavailable);
  held.Take(1);
}

TEST_F(GuardedClientTest, CallsRunSideBySide) {
  HeldRequests held;
  handler_.handle = [&held](Request request, Responder responder) {
    held.Add(std::move(request), std::move(responder));
  };
  std::promise<void> all_done;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 8; ++i) {
    OutboundRequest request;
    request.url = Url("hook.example");
    client_.Send(std::move(request), [&](const base::Result<Response>& result) {
      EXPECT_TRUE(result.ok());
      if (++answered == 8) {
        all_done.set_value();
      }
    });
  }

  for (HeldRequests::Held& one : held.Take(8)) {
    one.responder.Send(ScriptedHandler::Text("ok"));
  }
  all_done.get_future().wait();
}

TEST_F(GuardedClientTest, EveryCallEndsWhenTheClientStops) {
  HeldRequests held;
  handler_.handle = [&held](Request request, Responder responder) {
    held.Add(std::move(request), std::move(responder));
  };
  std::promise<base::Errc> ended;
  OutboundRequest request;
  request.url = Url("hook.example");
  client_.Send(request,
               [&](const base::Result<Response>& result) { ended.set_value(result.error().code); });
  const auto unanswered = held.Take(1);  // an answer would come when it goes

  client_.Stop();

  EXPECT_EQ(ended.get_future().get(), base::Errc::kUnavailable);
  EXPECT_EQ(client_.SendAndWait(request).error().code, base::Errc::kUnavailable);
}

TEST(GuardedClientLimitsTest, TooManyCallsFailAtOnceAndStuckNamesInTime) {
  std::promise<void> release;
  GuardedClient client({.policy = {}, .calls_max = 1},
                       std::make_unique<StuckResolver>(release.get_future().share()));
  std::promise<std::string> first;
  OutboundRequest request;
  request.url = "http://stuck.example/";
  request.timeout = 50ms;
  client.Send(request, [&](const base::Result<Response>& result) {
    first.set_value(result.error().message);
  });

  EXPECT_NE(client.SendAndWait(request).error().message.find("Too many"), std::string::npos);
  EXPECT_NE(first.get_future().get().find("not found in time"), std::string::npos);
  release.set_value();
}

}  // namespace
}  // namespace pinion::http
