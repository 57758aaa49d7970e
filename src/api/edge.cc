#include "api/edge.h"

#include <exception>
#include <utility>

#include <boost/container/small_vector.hpp>

#include "api/access_log.h"
#include "api/idempotency.h"
#include "base/log.h"
#include "base/stopwatch.h"
#include "http/url.h"
#include "model/operations.h"

namespace pinion::api {

namespace {

constexpr std::string_view kPutEvents = "PutEvents";
constexpr size_t kUsualHeaders = 6;
constexpr size_t kUsualHeaderBytes = 256;
constexpr std::string_view kRestParameter = "{resource-arn}";

// API-75: this parameter takes the whole rest of the path.
std::string RouterPath(std::string_view path) {
  std::string text(path);
  if (text.ends_with(kRestParameter)) {
    text.insert(text.size() - 1, "+");
  }
  return text;
}

// The names in braces of "/v1/apps/{application-id}/…" in their order.
std::vector<std::string_view> ParameterNames(std::string_view path) {
  std::vector<std::string_view> names;
  size_t open = path.find('{');
  while (open != std::string_view::npos) {
    const size_t close = path.find('}', open);
    names.push_back(path.substr(open + 1, close - open - 1));
    open = path.find('{', close);
  }
  return names;
}

bool ChangesNothing(std::string_view method) {
  return method == "GET" || method == "HEAD";
}

std::string JoinWithCommas(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) {
    text += text.empty() ? "" : ",";
    text += part;
  }
  return text;
}

}  // namespace

struct Edge::Route {
  size_t number = 0;
  const OperationTable::Row* row = nullptr;
  const model::OperationDescriptor* operation = nullptr;
  std::vector<std::string> parameters;
};

// One request on its way. Owned by whoever works on it at the moment.
struct Edge::Exchange : std::enable_shared_from_this<Exchange> {
  Exchange(http::Request given_request, http::Responder given_responder)
      : request(std::move(given_request)), responder(std::move(given_responder)) {}

  http::Request request;
  http::Responder responder;
  base::Stopwatch stopwatch;
  // Once the route is found.
  size_t route = 0;
  const OperationTable::Row* row = nullptr;
  const model::OperationDescriptor* operation = nullptr;
  const Page* page = nullptr;
  CallFacts facts;
  std::string exception;        // of the answer, for the log
  CallAuditor::EntryPtr audit;  // while its outcome is not known
  std::unique_ptr<IdempotencyClaim> claim;
  base::Result<RawReply> reply = base::Internal("Not performed.");  // of the operation
  http::Response response;
};

Edge::Edge(const Parts& parts, Options options)
    : parts_(parts), options_(std::move(options)), cors_(options_.cors_origins) {}
Edge::~Edge() = default;

base::Status Edge::Build() {
  PINION_CHECK(parts_.table.Check(model::kAllOperations));
  for (const model::OperationDescriptor* operation : model::kAllOperations) {
    const OperationTable::Row* row = nullptr;
    for (const OperationTable::Row& candidate : parts_.table.rows()) {
      if (candidate.descriptor->name == operation->name) {
        row = &candidate;
      }
    }
    if (!operations_.Add(operation->method, RouterPath(operation->path), rows_.size())) {
      return base::Internal("Two operations have the path of " + std::string(operation->name) +
                            ".");
    }
    rows_.push_back(row);
    descriptors_.push_back(operation);
    parameter_names_.push_back(ParameterNames(operation->path));
  }
  return {};
}

base::Status Edge::AddPage(Page page) {
  const bool added = pages_.Add(page.method, page.path, page_list_.size()) &&
                     (page.method != "GET" || pages_.Add("HEAD", page.path, page_list_.size()));
  if (!added) {
    return base::Internal("Two pages have the path " + page.path + ".");
  }
  page_list_.push_back(std::move(page));
  return {};
}

std::optional<ErrorReply> Edge::FindRoute(const http::Request& request, Route& route) const {
  Router::Match match = operations_.Find(request.method, request.path);
  switch (match.kind) {
    case Router::Match::Kind::kFound:
      break;
    case Router::Match::Kind::kNotFound: {
      Router::Match page = pages_.Find(request.method, request.path);
      return page.kind == Router::Match::Kind::kWrongMethod
                 ? MethodNotAllowed(std::move(page.allow))
                 : NoSuchOperation();
    }
    case Router::Match::Kind::kWrongMethod:
      return MethodNotAllowed(std::move(match.allow));
    case Router::Match::Kind::kBadEscape:
      return ErrorReplyFor(
          base::InvalidArgument("The path must be valid UTF-8 in valid percent encoding."));
  }
  route.number = match.route;
  route.row = rows_[match.route];
  route.operation = descriptors_[match.route];
  route.parameters = std::move(match.parameters);
  return std::nullopt;
}

// What is judged before the body is looked at.
std::optional<ErrorReply> Edge::Admit(Exchange& exchange) const {
  const State state = state_.load();
  if (state != State::kServing) {
    return NotServing(state == State::kStarting ? "starting" : "stopping");
  }
  AuthenticationResult result = parts_.authenticator.Authenticate(exchange.request);
  if (auto* failure = std::get_if<AuthenticationFailure>(&result)) {
    return ErrorReplyFor(std::move(*failure));
  }
  auto& caller = std::get<Authenticated>(result);
  exchange.facts.principal = std::move(caller.principal);
  exchange.facts.region = std::move(caller.region);
  if (options_.auditor != nullptr) {
    options_.auditor->NoteCaller(exchange.request, exchange.facts);
  }
  if (options_.authorizer != nullptr) {
    const base::Status allowed =
        options_.authorizer->Check({exchange.request, exchange.facts, *exchange.operation});
    if (!allowed.ok()) {
      return ErrorReplyFor(allowed.error());
    }
  }
  if (exchange.row == nullptr) {
    return NotBuilt(exchange.operation->name);
  }
  if (options_.refuse_changes && !ChangesNothing(exchange.request.method)) {
    if (const auto reason = options_.refuse_changes()) {
      return ErrorReplyFor(base::Unavailable("The server takes no changes now: " + *reason + "."));
    }
  }
  if (exchange.operation->name == kPutEvents &&
      exchange.request.body.size() > kPutEventsBodyBytesMax) {
    return ProtocolError(413, "The body is larger than this operation takes.");
  }
  return std::nullopt;
}

http::HeaderVerdict Edge::OnHeaders(const http::Request& head) {
  http::HeaderVerdict verdict;
  const auto page = pages_.Find(head.method, head.path);
  if (page.kind == Router::Match::Kind::kFound || cors_.Preflight(head)) {
    return verdict;
  }
  Route route;
  if (const auto failure = FindRoute(head, route)) {
    const base::Stopwatch stopwatch;
    const std::string request_id = parts_.ids.NewUuid();
    verdict.refusal = Render(*failure, request_id);
    Decorate(head, request_id, verdict.refusal->headers);
    parts_.metrics.Count("", failure->status, stopwatch.Elapsed());
    return verdict;
  }
  if (route.operation->name == kPutEvents) {
    verdict.body_bytes_max = kPutEventsBodyBytesMax;
  }
  return verdict;
}

void Edge::Handle(http::Request request, http::Responder responder) {
  http::PendingRequest pending{std::move(request), std::move(responder)};
  HandleAll({&pending, 1});
}

void Edge::HandleAll(std::span<http::PendingRequest> requests) {
  constexpr size_t kUsual = 64;
  boost::container::small_vector<ExchangePtr, kUsual> exchanges;
  for (http::PendingRequest& pending : requests) {
    if (ExchangePtr exchange = Open(std::move(pending))) {
      exchanges.push_back(std::move(exchange));
    }
  }
  // What does not pass a step is answered, or handed to a worker.
  for (ExchangePtr& exchange : exchanges) {
    if (!Enter(exchange)) {
      exchange = nullptr;
    }
  }
  for (ExchangePtr& exchange : exchanges) {
    // A claim stands right before what it is for: the less lies between, the fewer outcomes a crash
    // leaves unknown.
    if (exchange != nullptr && ClaimFirst(exchange) == Claim::kAnswered) {
      exchange = nullptr;
    }
    if (exchange != nullptr) {
      Invoke(*exchange);
    }
  }
  for (const ExchangePtr& exchange : exchanges) {
    if (exchange != nullptr) {
      Conclude(exchange);
    }
  }
}

// The request with its operation, or nothing if it is a page's or is answered.
Edge::ExchangePtr Edge::Open(http::PendingRequest pending) {
  auto exchange =
      std::make_shared<Exchange>(std::move(pending.request), std::move(pending.responder));
  exchange->facts.request_id = parts_.ids.NewUuid();
  exchange->facts.client_address = options_.proxies.ClientOf(exchange->request);
  if (auto preflight = cors_.Preflight(exchange->request)) {
    Send(*exchange, *std::move(preflight));
    return nullptr;
  }
  Route route;
  if (const auto refusal = FindRoute(exchange->request, route)) {
    if (FindPage(*exchange)) {
      StartPage(exchange);
    } else {
      SendError(*exchange, *refusal);
    }
    return nullptr;
  }
  exchange->route = route.number;
  exchange->row = route.row;
  exchange->operation = route.operation;
  exchange->facts.operation = route.operation->name;
  exchange->facts.path_parameters = std::move(route.parameters);
  return exchange;
}

// Whether the operation is to be performed here and now.
bool Edge::Enter(const ExchangePtr& exchange) {
  if (const auto refusal = Admit(*exchange)) {
    SendError(*exchange, *refusal);
    return false;
  }
  if (exchange->row->run == Run::kInline) {
    return true;
  }
  if (ClaimFirst(exchange) == Claim::kAnswered) {
    return false;
  }
  if (!parts_.workers.Post([this, exchange] { Perform(exchange); })) {
    SendError(*exchange, Overloaded());
  }
  return false;
}

bool Edge::FindPage(Exchange& exchange) const {
  Router::Match page = pages_.Find(exchange.request.method, exchange.request.path);
  if (page.kind != Router::Match::Kind::kFound) {
    return false;
  }
  exchange.page = &page_list_[page.route];
  exchange.facts.path_parameters = std::move(page.parameters);
  return true;
}

// Section 18: a request with an Idempotency-Key is carried out once. The claim is written before
// the operation writes anything, and its answer before anybody sees it; so after a crash there is
// either nothing of both, or the answer, or a claim that says that the outcome is not known.
Edge::Claim Edge::ClaimFirst(const ExchangePtr& exchange) {
  if (options_.first_answers == nullptr || !IdempotencyClaim::IsAsked(exchange->request)) {
    return Claim::kFirst;
  }
  auto begun = IdempotencyClaim::Begin(*options_.first_answers, exchange->request, exchange->facts);
  if (!begun.ok()) {
    Fail(*exchange, begun.error());
    return Claim::kAnswered;
  }
  exchange->claim = std::move(begun->claim);
  if (exchange->claim != nullptr) {
    return Claim::kFirst;
  }
  // The body may name the first request; the header and the log agree with it.
  exchange->facts.request_id = begun->answer->request_id;
  http::Response response = Replay(*std::move(begun->answer));
  exchange->exception = response.headers.Find("x-amzn-ErrorType").value_or("");
  SendWhenDurable(exchange, std::move(response));
  return Claim::kAnswered;
}

void Edge::StartPage(const ExchangePtr& exchange) {
  const State state = state_.load();
  if (exchange->page->serving_only && state != State::kServing) {
    SendError(*exchange, NotServing(state == State::kStarting ? "starting" : "stopping"));
  } else if (exchange->page->run == Run::kInline) {
    AnswerPage(exchange);
  } else if (!parts_.workers.Post([this, exchange] { AnswerPage(exchange); })) {
    SendError(*exchange, Overloaded());
  }
}

void Edge::AnswerPage(const ExchangePtr& exchange) {
  try {
    exchange->response = exchange->page->handler(exchange->request, exchange->facts);
    exchange->exception = exchange->response.headers.Find("x-amzn-ErrorType").value_or("");
  } catch (const std::exception& failure) {
    Fail(*exchange, base::Internal(std::string("Unexpected exception: ") + failure.what()));
    return;
  }
  if (exchange->facts.wrote) {
    SendWhenDurable(exchange, std::move(exchange->response));
  } else {
    Send(*exchange, std::move(exchange->response));
  }
}

void Edge::Perform(const ExchangePtr& exchange) {
  Invoke(*exchange);
  Conclude(exchange);
}

// No module lets exceptions out; memory that cannot be had still ends here rather than in the
// process.
void Edge::Invoke(Exchange& exchange) {
  try {
    exchange.reply = InvokeHandler(exchange);
  } catch (const std::exception& failure) {
    exchange.reply = base::Internal(std::string("Unexpected exception: ") + failure.what());
  }
}

void Edge::Conclude(const ExchangePtr& exchange) {
  try {
    if (exchange->reply.ok()) {
      Succeed(exchange, *std::move(exchange->reply));
    } else {
      Fail(*exchange, exchange->reply.error());
    }
  } catch (const std::exception& failure) {
    Fail(*exchange, base::Internal(std::string("Unexpected exception: ") + failure.what()));
  }
}

base::Result<RawReply> Edge::InvokeHandler(Exchange& exchange) {
  if (options_.auditor != nullptr) {
    PINION_TRY(
        exchange.audit,
        options_.auditor->Begin({exchange.request, exchange.facts, *exchange.row->descriptor}));
  }
  PINION_TRY(const auto query, http::ParseQuery(exchange.request.query));
  std::vector<model::Parameter> query_parameters;
  for (const http::QueryParameter& parameter : query) {
    query_parameters.push_back({parameter.name, parameter.value});
  }
  const std::vector<std::string_view>& names = parameter_names_[exchange.route];
  boost::container::small_vector<model::Parameter, 4> path_parameters;
  for (size_t i = 0; i < names.size(); ++i) {
    path_parameters.push_back({names[i], exchange.facts.path_parameters[i]});
  }

  Call call(parts_.services, parts_.page_tokens, exchange.facts, exchange.request.headers);
  model::DecodeReport report;
  const RawRequest raw{
      {path_parameters.data(), path_parameters.size()}, query_parameters, exchange.request.body};
  auto reply = exchange.row->invoke(call, raw, report);
  if (!report.ignored_members.empty()) {
    exchange.response.headers.Add("x-pinion-ignored-members",
                                  JoinWithCommas(report.ignored_members));
  }
  return reply;
}

// The outcome of a call that Begin has announced, or its refusal before that.
base::Status Edge::Audit(Exchange& exchange, const CallAuditor::Outcome& outcome) const {
  if (exchange.audit != nullptr) {
    const CallAuditor::EntryPtr entry = std::exchange(exchange.audit, nullptr);
    return options_.auditor->End(*entry, outcome);
  }
  if (options_.auditor != nullptr && exchange.operation != nullptr &&
      outcome.exception == "ForbiddenException") {
    return options_.auditor->Refused({exchange.request, exchange.facts, *exchange.operation},
                                     outcome);
  }
  return {};
}

void Edge::Succeed(const ExchangePtr& exchange, RawReply reply) {
  const base::Status audited =
      Audit(*exchange, {.status = reply.status, .response_body = reply.body});
  if (!audited.ok()) {
    Fail(*exchange, base::Internal("Not recorded: " + audited.error().message));
    return;
  }
  http::Response& response = exchange->response;
  response.headers.Reserve(kUsualHeaders, kUsualHeaderBytes);
  response.status = reply.status;
  if (reply.status != 204) {
    response.headers.Add("Content-Type", reply.content_type);
  }
  response.body = std::move(reply.body);
  if (ChangesNothing(exchange->request.method)) {
    Send(*exchange, std::move(response));
    return;
  }
  if (exchange->claim != nullptr) {
    const base::Status kept = exchange->claim->Keep(response, exchange->facts.request_id);
    if (!kept.ok()) {
      Fail(*exchange, base::Internal("Answer not kept: " + kept.error().message));
      return;
    }
  }
  SendWhenDurable(exchange, std::move(response));
}

void Edge::SendWhenDurable(const ExchangePtr& exchange, http::Response response) {
  exchange->response = std::move(response);
  parts_.durability.WhenDurable([this, exchange](const base::Status& durable) {
    if (durable.ok()) {
      Send(*exchange, std::move(exchange->response));
    } else {
      Fail(*exchange, base::Internal("Not durable: " + durable.error().message));
    }
  });
}

void Edge::Fail(Exchange& exchange, const base::Error& error) {
  if (error.code == base::Errc::kInternal) {
    base::Log(base::LogLevel::kError,
              "api",
              error.message,
              {{"request_id", exchange.facts.request_id},
               {"operation", std::string(exchange.facts.operation)}});
    if (exchange.claim != nullptr) {
      // What a defect has left behind is not known.
      exchange.claim->Abandon();
    }
  }
  SendError(exchange, ErrorReplyFor(error));
}

void Edge::SendError(Exchange& exchange, const ErrorReply& error) {
  exchange.exception = error.exception;
  const base::Status audited = Audit(
      exchange, {.status = error.status, .exception = error.exception, .message = error.message});
  if (!audited.ok()) {
    base::Log(base::LogLevel::kError,
              "audit",
              "a call was not recorded",
              {{"request_id", exchange.facts.request_id}, {"error", audited.error().message}});
  }
  http::Response response = Render(error, exchange.facts.request_id);
  if (const auto ignored = exchange.response.headers.Find("x-pinion-ignored-members")) {
    response.headers.Add("x-pinion-ignored-members", *ignored);
  }
  const auto claim = std::move(exchange.claim);
  if (claim == nullptr) {
    Send(exchange, std::move(response));
    return;
  }
  if (error.status >= 500 || error.status == 429) {
    claim->Release();
    Send(exchange, std::move(response));
    return;
  }
  const base::Status kept = claim->Keep(response, exchange.facts.request_id);
  if (!kept.ok()) {
    base::Log(base::LogLevel::kError,
              "api",
              "an answer was not kept for its Idempotency-Key",
              {{"request_id", exchange.facts.request_id}, {"error", kept.error().message}});
  }
  SendWhenDurable(exchange.shared_from_this(), std::move(response));
}

void Edge::Send(Exchange& exchange, http::Response response) {
  Decorate(exchange.request, exchange.facts.request_id, response.headers);
  const auto took = exchange.stopwatch.Elapsed();
  parts_.metrics.Count(exchange.facts.operation, response.status, took);
  if (exchange.page == nullptr || exchange.page->log == PageLog::kLogged) {
    LogAccess({.request = exchange.request,
               .facts = exchange.facts,
               .status = response.status,
               .exception = exchange.exception,
               .response_bytes = response.body.size(),
               .took = took});
  }
  exchange.responder.Send(std::move(response));
}

void Edge::Decorate(const http::Request& request,
                    std::string_view request_id,
                    http::Headers& headers) const {
  headers.Add("x-amzn-RequestId", request_id);
  if (!headers.Has("Cache-Control")) {
    headers.Add("Cache-Control", "no-store");
  }
  if (parts_.authenticator.open_to_everybody()) {
    headers.Add("x-pinion-auth", "none");
  }
  cors_.Decorate(request, headers);
}

http::Response Edge::MakeErrorResponse(int status,
                                       std::string_view message,
                                       const http::Request* request) {
  const std::string request_id = parts_.ids.NewUuid();
  const ErrorReply error = ProtocolError(status, message);
  http::Response response = Render(error, request_id);
  Decorate(request == nullptr ? http::Request() : *request, request_id, response.headers);
  parts_.metrics.Count("", error.status, std::chrono::microseconds(0));
  return response;
}

}  // namespace pinion::api
