// The edge alone, with parts that fail, wait or refuse: what a request goes through beside its
// operation.
#include <future>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "api/edge.h"
#include "api/register_operations.h"
#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using testing::IsError;
using testing::JsonAt;
using testing::Reply;

class Capture final : public http::ResponseSink {
 public:
  void Complete(uint64_t, std::optional<http::Response> response) override {
    promise_.set_value(std::move(response));
  }
  bool answered() const {
    return future_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }
  Reply Wait() {
    auto response = future_.get();
    PINION_ASSERT(response.has_value());
    return {response->status, response->headers, response->body};
  }

 private:
  std::promise<std::optional<http::Response>> promise_;
  std::future<std::optional<http::Response>> future_ = promise_.get_future();
};

// Keeps what it is asked until the test decides.
class HeldGate final : public DurabilityGate {
 public:
  void WhenDurable(std::function<void(base::Status)> done) override { held = std::move(done); }
  std::function<void(base::Status)> held;
};

class RefusingAuthenticator final : public Authenticator {
 public:
  AuthenticationResult Authenticate(const http::Request&) const override {
    return AuthenticationFailure{"MissingAuthenticationTokenException", "not signed"};
  }
};

OperationTable AllOperations() {
  OperationTable table;
  RegisterAllOperations(table);
  return table;
}

class EdgeFlowTest : public testing::ApiTest {
 protected:
  std::unique_ptr<Edge> MakeEdge(const Authenticator& authenticator, Edge::Options options = {}) {
    auto edge = std::make_unique<Edge>(
        Edge::Parts{
            services(), table_, authenticator, gate_, workers_, ids_, page_tokens_, metrics_},
        std::move(options));
    PINION_ASSERT(edge->Build().ok());
    edge->SetState(Edge::State::kServing);
    return edge;
  }

  static void AddEmptyPage(Edge& edge) {
    PINION_ASSERT(edge.AddPage({.method = "GET",
                                .path = "/page",
                                .handler = [](const http::Request&,
                                              const auto&) { return http::Response{}; }})
                      .ok());
  }

  static http::PendingRequest Pending(const std::shared_ptr<Capture>& capture,
                                      const std::string& method,
                                      const std::string& path,
                                      const std::string& body = "",
                                      const std::string& idempotency_key = "") {
    http::Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    if (!idempotency_key.empty()) {
      request.headers.Add("Idempotency-Key", idempotency_key);
    }
    return {std::move(request), http::Responder(capture, 0, http::Compression::kNone)};
  }

  static std::shared_ptr<Capture> Start(Edge& edge,
                                        const std::string& method,
                                        const std::string& path,
                                        const std::string& body = "",
                                        const std::string& idempotency_key = "") {
    auto capture = std::make_shared<Capture>();
    http::PendingRequest pending = Pending(capture, method, path, body, idempotency_key);
    edge.Handle(std::move(pending.request), std::move(pending.responder));
    return capture;
  }

  const OperationTable table_ = AllOperations();
  const AnonymousAuthenticator everybody_{"us-east-1", "123456789012"};
  RefusingAuthenticator nobody_;
  HeldGate gate_;
  http::WorkerPool workers_{{.threads = 1, .queued_max = 1}};
  base::SeededRandom random_{7};
  base::IdGenerator ids_{random_};
  const PageTokens page_tokens_{"key"};
  RequestMetrics metrics_{{"CreateApp"}};
};

TEST_F(EdgeFlowTest, AnswerOfAChangeWaitsForTheDisk) {
  const auto edge = MakeEdge(everybody_);

  const auto answer = Start(*edge, "POST", "/v1/apps", R"({"Name":"a"})");
  EXPECT_FALSE(answer->answered());

  gate_.held({});
  EXPECT_THAT(answer->Wait(), HasStatus(201));
}

TEST_F(EdgeFlowTest, ChangeThatDoesNotReachTheDiskIsAnError) {
  const auto edge = MakeEdge(everybody_);

  const auto answer = Start(*edge, "POST", "/v1/apps", R"({"Name":"a"})");
  gate_.held(base::Unavailable("disk gone"));

  const Reply reply = answer->Wait();
  EXPECT_THAT(reply, IsError(500, "InternalServerErrorException"));
  EXPECT_THAT(reply, JsonAt("/Message", "Internal server error"));
}

TEST_F(EdgeFlowTest, RefusalUnderAnIdempotencyKeyWaitsForTheDisk) {
  Edge::Options options;
  options.first_answers = &service_set().first_answers();
  const auto edge = MakeEdge(everybody_, std::move(options));

  const auto answer = Start(*edge, "POST", "/v1/apps", "{}", "k");
  EXPECT_FALSE(answer->answered());

  gate_.held({});
  EXPECT_THAT(answer->Wait(), HasStatus(400));
}

TEST_F(EdgeFlowTest, RepetitionOfAnAnswerThatDidNotReachTheDiskWaitsForItToo) {
  Edge::Options options;
  options.first_answers = &service_set().first_answers();
  const auto edge = MakeEdge(everybody_, std::move(options));
  const auto first = Start(*edge, "POST", "/v1/apps", R"({"Name":"a"})", "k");
  gate_.held(base::Unavailable("disk gone"));
  EXPECT_THAT(first->Wait(), HasStatus(500));

  const auto again = Start(*edge, "POST", "/v1/apps", R"({"Name":"a"})", "k");
  EXPECT_FALSE(again->answered());

  gate_.held({});
  EXPECT_THAT(again->Wait(), HasStatus(201));
}

TEST_F(EdgeFlowTest, RequestThatNobodyHadTimeForMayComeAgainUnderItsKey) {
  Edge::Options options;
  options.first_answers = &service_set().first_answers();
  const auto edge = MakeEdge(everybody_, std::move(options));
  std::promise<void> begun;
  std::promise<void> release;
  ASSERT_TRUE(workers_.Post([&] {
    begun.set_value();
    release.get_future().wait();
  }));
  begun.get_future().wait();
  const auto queued = Start(*edge, "GET", "/v1/apps");
  const std::string body = R"({"Addresses":{},"MessageConfiguration":{}})";
  const std::string path = "/v1/apps/none/messages";

  EXPECT_THAT(Start(*edge, "POST", path, body, "k")->Wait(), HasStatus(429));
  release.set_value();
  EXPECT_THAT(queued->Wait(), HasStatus(200));

  const auto again = Start(*edge, "POST", path, body, "k");
  workers_.Stop();
  gate_.held({});
  EXPECT_THAT(again->Wait(), HasStatus(404));
}

TEST_F(EdgeFlowTest, ReadDoesNotWait) {
  const auto edge = MakeEdge(everybody_);
  EXPECT_THAT(Start(*edge, "GET", "/pinion/v1/clock")->Wait(), HasStatus(200));
  EXPECT_FALSE(gate_.held);
}

TEST_F(EdgeFlowTest, FailedChangeDoesNotWait) {
  const auto edge = MakeEdge(everybody_);
  EXPECT_THAT(Start(*edge, "POST", "/v1/apps", "{}")->Wait(), HasStatus(400));
  EXPECT_FALSE(gate_.held);
}

TEST_F(EdgeFlowTest, RouteIsJudgedBeforeTheCaller) {
  const auto edge = MakeEdge(nobody_);
  EXPECT_THAT(Start(*edge, "GET", "/v1/nothing")->Wait(), HasStatus(404));
  EXPECT_THAT(Start(*edge, "GET", "/v1/apps")->Wait(),
              IsError(403, "MissingAuthenticationTokenException"));
}

TEST_F(EdgeFlowTest, CallerIsJudgedBeforeTheBody) {
  const auto edge = MakeEdge(nobody_);
  EXPECT_THAT(Start(*edge, "POST", "/v1/apps", "no json")->Wait(), HasStatus(403));
}

TEST_F(EdgeFlowTest, OperationsAreRefusedUntilTheServerServesAndPagesAreNot) {
  const auto edge = MakeEdge(everybody_);
  AddEmptyPage(*edge);
  edge->SetState(Edge::State::kStarting);

  const Reply reply = Start(*edge, "GET", "/v1/apps")->Wait();
  EXPECT_THAT(reply, IsError(500, "InternalServerErrorException"));
  EXPECT_EQ(reply.Header("Retry-After"), "1");
  EXPECT_THAT(Start(*edge, "GET", "/page")->Wait(), HasStatus(200));
  EXPECT_THAT(Start(*edge, "HEAD", "/page")->Wait(), HasStatus(200));
}

TEST_F(EdgeFlowTest, OtherMethodOnAPageNamesThoseThereAre) {
  const auto edge = MakeEdge(nobody_);
  AddEmptyPage(*edge);

  const Reply reply = Start(*edge, "DELETE", "/page")->Wait();
  EXPECT_THAT(reply, IsError(405, "MethodNotAllowedException"));
  EXPECT_EQ(reply.Header("Allow"), "GET, HEAD");
}

TEST_F(EdgeFlowTest, RequestsTakenTogetherGetTheirOwnAnswers) {
  Edge::Options options;
  options.first_answers = &service_set().first_answers();
  const auto edge = MakeEdge(everybody_, std::move(options));
  AddEmptyPage(*edge);
  const auto unknown = std::make_shared<Capture>();
  const auto made = std::make_shared<Capture>();
  const auto page = std::make_shared<Capture>();
  const auto same_key = std::make_shared<Capture>();
  const auto bad = std::make_shared<Capture>();
  std::vector<http::PendingRequest> requests;
  requests.push_back(Pending(unknown, "GET", "/v1/nothing"));
  requests.push_back(Pending(made, "POST", "/v1/apps", R"({"Name":"a"})", "k"));
  requests.push_back(Pending(page, "GET", "/page"));
  requests.push_back(Pending(same_key, "POST", "/v1/apps", R"({"Name":"a"})", "k"));
  requests.push_back(Pending(bad, "PUT", "/v1/apps/none/settings", "no json"));

  edge->HandleAll(requests);

  EXPECT_THAT(unknown->Wait(), HasStatus(404));
  EXPECT_THAT(page->Wait(), HasStatus(200));
  EXPECT_THAT(same_key->Wait(), HasStatus(409));
  EXPECT_THAT(bad->Wait(), HasStatus(400));
  EXPECT_FALSE(made->answered());
  gate_.held({});
  EXPECT_THAT(made->Wait(), HasStatus(201));
}

TEST_F(EdgeFlowTest, FullDiskRefusesChangesAndAnswersReads) {
  Edge::Options options;
  options.refuse_changes = [] { return std::optional<std::string>("disk full"); };
  const auto edge = MakeEdge(everybody_, std::move(options));

  const Reply refused = Start(*edge, "POST", "/v1/apps", R"({"Name":"a"})")->Wait();
  EXPECT_THAT(refused, IsError(500, "InternalServerErrorException"));
  EXPECT_THAT(Start(*edge, "GET", "/pinion/v1/clock")->Wait(), HasStatus(200));
}

TEST_F(EdgeFlowTest, PageThatThrowsAnswers500) {
  const auto edge = MakeEdge(everybody_);
  ASSERT_TRUE(edge->AddPage({.method = "GET",
                             .path = "/page",
                             .handler = [](const http::Request&, const auto&) -> http::Response {
                               throw std::bad_alloc();
                             }})
                  .ok());
  EXPECT_THAT(Start(*edge, "GET", "/page")->Wait(), IsError(500, "InternalServerErrorException"));
}

TEST_F(EdgeFlowTest, FullWorkerPoolShedsLoad) {
  const auto edge = MakeEdge(everybody_);
  std::promise<void> begun;
  std::promise<void> release;
  ASSERT_TRUE(workers_.Post([&] {
    begun.set_value();
    release.get_future().wait();
  }));
  begun.get_future().wait();

  const auto queued = Start(*edge, "GET", "/v1/apps");
  const Reply refused = Start(*edge, "GET", "/v1/apps")->Wait();
  EXPECT_THAT(refused, IsError(429, "TooManyRequestsException"));
  EXPECT_EQ(refused.Header("Retry-After"), "1");

  release.set_value();
  EXPECT_THAT(queued->Wait(), HasStatus(200));
}

TEST_F(EdgeFlowTest, OperationWithoutHandlerAnswers501) {
  const OperationTable empty;
  Edge edge({services(), empty, everybody_, gate_, workers_, ids_, page_tokens_, metrics_}, {});
  ASSERT_TRUE(edge.Build().ok());
  edge.SetState(Edge::State::kServing);

  const Reply reply = Start(edge, "GET", "/v1/apps")->Wait();
  EXPECT_THAT(reply, IsError(501, "InternalServerErrorException"));
  EXPECT_THAT(reply, JsonAt("/Message", "Operation GetApps is not built yet."));
}

TEST_F(EdgeFlowTest, HeadersTellTheBodyLimitAndRefuseWhatHasNoRoute) {
  const auto edge = MakeEdge(everybody_);
  http::Request head;
  head.method = "POST";
  head.path = "/v1/apps/a/events";
  EXPECT_EQ(edge->OnHeaders(head).body_bytes_max, kPutEventsBodyBytesMax);
  head.path = "/v1/apps";
  EXPECT_FALSE(edge->OnHeaders(head).body_bytes_max);
  head.path = "/v1/nothing";
  EXPECT_EQ(edge->OnHeaders(head).refusal->status, 404);
}

TEST_F(EdgeFlowTest, RefusalsOfTheHttpServerHaveTheErrorBody) {
  const auto edge = MakeEdge(everybody_);
  http::Response response = edge->MakeErrorResponse(413, "too large", nullptr);
  EXPECT_THAT((Reply{response.status, response.headers, response.body}),
              IsError(413, "PayloadTooLargeException"));
  response = edge->MakeErrorResponse(414, "too long", nullptr);
  EXPECT_THAT((Reply{response.status, response.headers, response.body}),
              IsError(414, "BadRequestException"));
}

TEST_F(EdgeFlowTest, RequestsAreCountedByOperationAndStatus) {
  const auto edge = MakeEdge(everybody_);
  Start(*edge, "POST", "/v1/apps", "{}")->Wait();

  std::string text;
  metrics_.AppendText(text);

  EXPECT_THAT(
      text,
      ::testing::HasSubstr(R"(pinion_http_requests_total{operation="CreateApp",status="400"} 1)"));
  EXPECT_THAT(
      text, ::testing::HasSubstr(R"(pinion_http_request_seconds_count{operation="CreateApp"} 1)"));
}

}  // namespace
}  // namespace pinion::api
