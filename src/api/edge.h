// Where HTTP becomes operations: routing, authentication, decoding, the handler, the answer, in the
// order of API-25; with request ids, CORS, metrics and one log line per request. Beside operations
// it serves pages: paths that need no credentials, or carry their own. Handle is called on the
// server's io threads; everything is set up before the first call, afterwards only the serving
// state changes. Thread-safe then.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/authenticator.h"
#include "api/authorizer.h"
#include "api/call_auditor.h"
#include "api/cors.h"
#include "api/durability_gate.h"
#include "api/error_reply.h"
#include "api/first_answers.h"
#include "api/operation_table.h"
#include "api/page.h"
#include "api/request_metrics.h"
#include "api/router.h"
#include "api/services.h"
#include "base/ids.h"
#include "http/handler.h"
#include "http/trusted_proxies.h"
#include "http/worker_pool.h"

namespace pinion::api {

// API-26; for every other operation the server's own limit holds.
inline constexpr size_t kPutEventsBodyBytesMax = size_t{4} * 1024 * 1024;

class Edge final : public http::Handler {
 public:
  // All must outlive the edge, and the worker pool must be stopped before it goes.
  struct Parts {
    Services& services;
    const OperationTable& table;
    const Authenticator& authenticator;
    DurabilityGate& durability;
    http::WorkerPool& workers;
    base::IdGenerator& ids;
    const PageTokens& page_tokens;
    RequestMetrics& metrics;
  };
  struct Options {
    std::vector<std::string> cors_origins = {"*"};
    // Asked before every operation that may change something; a reason refuses it (OPS-7). Must be
    // quick.
    std::function<std::optional<std::string>()> refuse_changes = {};
    // Outlives the edge; null lets every known caller do everything.
    const Authorizer* authorizer = nullptr;
    // Outlives the edge; null keeps no audit.
    const CallAuditor* auditor = nullptr;
    // Whose X-Forwarded-For says who the client is.
    http::TrustedProxies proxies = {};
    // Outlives the edge; null ignores Idempotency-Key.
    FirstAnswers* first_answers = nullptr;
  };
  Edge(const Parts& parts, Options options);
  ~Edge() override;

  // Takes over the table; operations of the model without a row answer 501. Once, before the first
  // request; kInternal names rows and paths that are there twice.
  base::Status Build();

  // A page answers by itself, for GET also HEAD. The facts have the request id and the parameters
  // of the path; what the page notes in them of operation and caller goes to the log and the
  // metrics.
  using PageHandler = std::function<http::Response(const http::Request&, CallFacts&)>;
  enum class PageLog { kLogged, kSilent };
  struct Page {
    std::string method;
    std::string path;  // a template as Router takes it
    Run run = Run::kInline;
    PageLog log = PageLog::kLogged;
    PageHandler handler;
    // Answered like an operation while the server is not serving.
    bool serving_only = false;
  };
  // Before the first request. kInternal when method and path are there already.
  base::Status AddPage(Page page);

  // Operations are answered with 500 and Retry-After unless the server is serving; pages always
  // work.
  enum class State { kStarting, kServing, kStopping };
  void SetState(State state) { state_.store(state); }

  http::HeaderVerdict OnHeaders(const http::Request& head) override;
  void Handle(http::Request request, http::Responder responder) override;
  void HandleAll(std::span<http::PendingRequest> requests) override;
  http::Response MakeErrorResponse(int status,
                                   std::string_view message,
                                   const http::Request* request) override;

 private:
  struct Exchange;
  using ExchangePtr = std::shared_ptr<Exchange>;
  struct Route;

  ExchangePtr Open(http::PendingRequest pending);
  std::optional<ErrorReply> FindRoute(const http::Request& request, Route& route) const;
  bool Enter(const ExchangePtr& exchange);
  std::optional<ErrorReply> Admit(Exchange& exchange) const;
  bool FindPage(Exchange& exchange) const;
  enum class Claim { kFirst, kAnswered };
  Claim ClaimFirst(const ExchangePtr& exchange);
  void StartPage(const ExchangePtr& exchange);
  void AnswerPage(const ExchangePtr& exchange);
  void Perform(const ExchangePtr& exchange);
  void Invoke(Exchange& exchange);
  base::Result<RawReply> InvokeHandler(Exchange& exchange);
  void Conclude(const ExchangePtr& exchange);
  base::Status Audit(Exchange& exchange, const CallAuditor::Outcome& outcome) const;
  void Succeed(const ExchangePtr& exchange, RawReply reply);
  void Fail(Exchange& exchange, const base::Error& error);
  void SendError(Exchange& exchange, const ErrorReply& error);
  void Send(Exchange& exchange, http::Response response);
  // Once everything that was written so far is durable.
  void SendWhenDurable(const ExchangePtr& exchange, http::Response response);
  void Decorate(const http::Request& request,
                std::string_view request_id,
                http::Headers& headers) const;

  const Parts parts_;
  const Options options_;
  const Cors cors_;
  Router operations_;
  std::vector<const OperationTable::Row*> rows_;  // by route; null for what is not built
  std::vector<const model::OperationDescriptor*> descriptors_;  // by route
  std::vector<std::vector<std::string_view>> parameter_names_;  // by route, as the path has them
  Router pages_;
  std::vector<Page> page_list_;
  std::atomic<State> state_{State::kStarting};
};

}  // namespace pinion::api
