#include "api/session_pages.h"

#include <chrono>
#include <future>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "api/error_reply.h"
#include "api/policy_texts.h"
#include "api/principals.h"
#include "base/json_text.h"
#include "base/log.h"
#include "model/codec.h"
#include "model/users.h"
#include "users/one_time_code.h"

namespace pinion::api {

namespace {

constexpr std::string_view kMask = "***";
constexpr std::string_view kForbidden = "ForbiddenException";

// One request on its way.
struct Visit {
  const http::Request& request;
  // Whom the record and the log name.
  CallFacts& facts;
  // What the record shows of the body.
  std::string shown_body = {};
  // Instead of what follows from the error.
  std::optional<ErrorReply> refusal = {};
};

http::Response JsonReply(std::string body) {
  http::Response response;
  response.headers.Add("Content-Type", "application/json");
  response.body = std::move(body);
  return response;
}

http::Response NoContent() {
  http::Response response;
  response.status = 204;
  return response;
}

ErrorReply TooMany(std::string message, std::chrono::seconds wait) {
  return {429, "TooManyRequestsException", std::move(message), static_cast<int>(wait.count()), {}};
}

class SessionPages {
 public:
  explicit SessionPages(SessionParts parts) : parts_(std::move(parts)) {}

  using Answer = base::Result<http::Response>;
  struct Row {
    model::OperationDescriptor operation;
    Answer (SessionPages::*work)(Visit&);
  };
  http::Response Serve(const Row& row, const http::Request& request, CallFacts& facts);

  Answer LogIn(Visit& visit);
  Answer Tell(Visit& visit);
  Answer LogOut(Visit& visit);
  Answer Redeem(Visit& visit);
  Answer ChangePassword(Visit& visit);
  Answer PrepareTotp(Visit& visit);
  Answer ConfirmTotp(Visit& visit);
  Answer RemoveTotp(Visit& visit);

 private:
  // Nothing fails here but by its refusal.
  base::Status Refuse(Visit& visit, ErrorReply refusal) const;
  base::Status CheckOrigin(const Visit& visit) const;
  base::Status TakeLogin(Visit& visit, std::string_view name) const;
  base::Result<users::SessionInUse> SessionOf(Visit& visit) const;
  // The user of the session, who has just given the password again.
  base::Result<users::UserPtr> UserOf(Visit& visit) const;
  base::Result<users::UserPtr> ProvenUser(Visit& visit, std::string_view password) const;
  base::Result<users::BegunSession> Begin(const model::ConsoleLoginRequest& given) const;
  // Names the attempted principal, if there is one.
  void NoteAttempt(Visit& visit, const model::ConsoleLoginRequest& given) const;

  base::Status Record(const Row& row,
                      const Visit& visit,
                      const CallAuditor::Outcome& outcome) const;
  base::Status WaitUntilDurable() const;
  http::Response Complete(const Row& row, Visit& visit, http::Response response) const;
  http::Response Fail(const Row& row, const Visit& visit, const ErrorReply& error) const;

  model::ConsoleSessionResponse Shown(const users::SessionInUse& session) const;
  void SetCookie(const Visit& visit, std::string_view token, http::Response& response) const;

  const SessionParts parts_;
};

constexpr SessionPages::Row kRows[] = {
    {{.name = "CreateSession", .method = "POST", .path = "/pinion/v1/session", .native = true},
     &SessionPages::LogIn},
    {{.name = "GetSession", .method = "GET", .path = "/pinion/v1/session", .native = true},
     &SessionPages::Tell},
    {{.name = "DeleteSession", .method = "DELETE", .path = "/pinion/v1/session", .native = true},
     &SessionPages::LogOut},
    {{.name = "RedeemSetupCode",
      .method = "POST",
      .path = "/pinion/v1/session/setup",
      .native = true},
     &SessionPages::Redeem},
    {{.name = "ChangeOwnPassword",
      .method = "PUT",
      .path = "/pinion/v1/session/password",
      .native = true},
     &SessionPages::ChangePassword},
    {{.name = "PrepareOwnTotp",
      .method = "POST",
      .path = "/pinion/v1/session/totp",
      .native = true},
     &SessionPages::PrepareTotp},
    {{.name = "ConfirmOwnTotp", .method = "PUT", .path = "/pinion/v1/session/totp", .native = true},
     &SessionPages::ConfirmTotp},
    {{.name = "RemoveOwnTotp",
      .method = "DELETE",
      .path = "/pinion/v1/session/totp",
      .native = true},
     &SessionPages::RemoveTotp},
};

http::Response SessionPages::Serve(const Row& row, const http::Request& request, CallFacts& facts) {
  facts.operation = row.operation.name;
  facts.region = parts_.region;
  Visit visit{request, facts};
  if (const auto wait = parts_.address_limits.Take(facts.client_address, parts_.wall_clock.Now())) {
    return Fail(row, visit, TooMany("Too many requests from this address.", *wait));
  }
  if (request.body.size() > kSessionBodyBytesMax) {
    return Fail(row, visit, ProtocolError(413, "The body is larger than this path takes."));
  }
  Answer answer = (this->*row.work)(visit);
  if (answer.ok()) {
    return Complete(row, visit, *std::move(answer));
  }
  if (answer.error().code == base::Errc::kInternal) {
    base::Log(base::LogLevel::kError,
              "api",
              answer.error().message,
              {{"request_id", facts.request_id}, {"operation", std::string(facts.operation)}});
  }
  return Fail(row, visit, visit.refusal ? *visit.refusal : ErrorReplyFor(answer.error()));
}

http::Response SessionPages::Complete(const Row& row, Visit& visit, http::Response response) const {
  if (row.operation.method == "GET") {
    return response;
  }
  base::Status done = Record(row, visit, {.status = response.status});
  if (done.ok()) {
    done = WaitUntilDurable();
  }
  if (!done.ok()) {
    base::Log(base::LogLevel::kError,
              "api",
              "not recorded, or not durable: " + done.error().message,
              {{"request_id", visit.facts.request_id}});
    return Render(ErrorReplyFor(base::Internal("")), visit.facts.request_id);
  }
  return response;
}

// Only what was forbidden is recorded: malformed requests, and those over a limit, would let
// anybody fill the log.
http::Response SessionPages::Fail(const Row& row,
                                  const Visit& visit,
                                  const ErrorReply& error) const {
  if (error.exception == kForbidden && row.operation.method != "GET") {
    const base::Status recorded =
        Record(row,
               visit,
               {.status = error.status, .exception = error.exception, .message = error.message});
    if (!recorded.ok()) {
      base::Log(base::LogLevel::kError,
                "audit",
                "a login was not recorded",
                {{"request_id", visit.facts.request_id}, {"error", recorded.error().message}});
    }
  }
  return Render(error, visit.facts.request_id);
}

base::Status SessionPages::Record(const Row& row,
                                  const Visit& visit,
                                  const CallAuditor::Outcome& outcome) const {
  http::Request shown;
  shown.method = visit.request.method;
  shown.headers = visit.request.headers;
  shown.peer_address = visit.request.peer_address;
  shown.body = visit.shown_body;
  return parts_.auditor.Record({shown, visit.facts, row.operation}, outcome);
}

base::Status SessionPages::WaitUntilDurable() const {
  std::promise<base::Status> durable;
  parts_.durability.WhenDurable([&](base::Status status) { durable.set_value(std::move(status)); });
  return durable.get_future().get();
}

base::Status SessionPages::Refuse(Visit& visit, ErrorReply refusal) const {
  visit.refusal = std::move(refusal);
  return base::Forbidden(visit.refusal->message);
}

base::Status SessionPages::CheckOrigin(const Visit& visit) const {
  return parts_.guard.HasOwnOrigin(visit.request)
             ? base::Status()
             : base::Forbidden("Only pages of this server may log in here.");
}

base::Status SessionPages::TakeLogin(Visit& visit, std::string_view name) const {
  constexpr size_t kNameBytesMax = 128;
  std::string caller = visit.facts.client_address + "\n";
  caller += name.substr(0, kNameBytesMax);
  const auto wait = parts_.login_limits.Take(caller, parts_.wall_clock.Now());
  return wait ? Refuse(visit, TooMany("Too many logins; try again later.", *wait)) : base::Status();
}

base::Result<users::SessionInUse> SessionPages::SessionOf(Visit& visit) const {
  SessionGuard::Verdict verdict = parts_.guard.Check(visit.request);
  if (auto* failure = std::get_if<AuthenticationFailure>(&verdict)) {
    PINION_CHECK(Refuse(visit,
                        {failure->status,
                         std::move(failure->exception),
                         std::move(failure->message),
                         failure->retry_after_seconds,
                         {}}));
  }
  auto& session = std::get<users::SessionInUse>(verdict);
  visit.facts.principal = PrincipalOf(session.principal, parts_.account_id);
  return std::move(session);
}

base::Result<users::UserPtr> SessionPages::UserOf(Visit& visit) const {
  PINION_TRY(const users::SessionInUse session, SessionOf(visit));
  if (session.principal.user == nullptr) {
    return base::InvalidArgument("The session is of an access key, which has no password.");
  }
  return session.principal.user;
}

base::Result<users::UserPtr> SessionPages::ProvenUser(Visit& visit,
                                                      std::string_view password) const {
  PINION_TRY(users::UserPtr user, UserOf(visit));
  PINION_CHECK(TakeLogin(visit, user->user.name));
  PINION_CHECK(parts_.console.login().CheckPasswordOf(*user, password));
  return user;
}

void SessionPages::NoteAttempt(Visit& visit, const model::ConsoleLoginRequest& given) const {
  base::JsonWriter shown;
  shown.BeginObject();
  if (given.user_name) {
    // What is no user's name may be a password in the wrong field.
    const users::UserPtr user = parts_.console.users().Find(*given.user_name);
    shown.Key("UserName").String(user != nullptr ? *given.user_name : kMask);
    shown.Key("Password").String(kMask);
    if (user != nullptr) {
      visit.facts.principal = PrincipalOf(*user, parts_.account_id);
    }
  } else {
    const auth::KeyPtr key = parts_.console.keys().Use(*given.access_key_id);
    shown.Key("AccessKeyId").String(key ? *given.access_key_id : kMask);
    shown.Key("SecretAccessKey").String(kMask);
    if (key) {
      visit.facts.principal = PrincipalOf(key, parts_.account_id);
    }
  }
  shown.EndObject();
  visit.shown_body = shown.Take();
}

base::Result<users::BegunSession> SessionPages::Begin(
    const model::ConsoleLoginRequest& given) const {
  return given.user_name
             ? parts_.console.login().WithPassword({.user_name = *given.user_name,
                                                    .password = *given.password,
                                                    .totp_code = given.totp_code.value_or("")})
             : parts_.console.login().WithKey(*given.access_key_id, *given.secret_access_key);
}

SessionPages::Answer SessionPages::LogIn(Visit& visit) {
  PINION_CHECK(CheckOrigin(visit));
  PINION_TRY(const auto given, model::Decode<model::ConsoleLoginRequest>(visit.request.body));
  const bool by_password = given.user_name && given.password;
  const bool by_key = given.access_key_id && given.secret_access_key;
  if (by_password == by_key || given.user_name.has_value() == given.access_key_id.has_value()) {
    return base::InvalidArgument(
        "Give either the members 'UserName' and 'Password' or 'AccessKeyId' and "
        "'SecretAccessKey'.");
  }
  NoteAttempt(visit, given);
  PINION_CHECK(TakeLogin(visit, by_password ? *given.user_name : *given.access_key_id));
  PINION_TRY(const users::BegunSession begun, Begin(given));
  http::Response response = JsonReply(model::ToJson(Shown(begun.session)));
  SetCookie(visit, begun.token, response);
  return response;
}

SessionPages::Answer SessionPages::Tell(Visit& visit) {
  PINION_TRY(const users::SessionInUse session, SessionOf(visit));
  return JsonReply(model::ToJson(Shown(session)));
}

SessionPages::Answer SessionPages::LogOut(Visit& visit) {
  PINION_CHECK(SessionOf(visit));
  PINION_CHECK(parts_.console.login().End(SessionGuard::TokenOf(visit.request)));
  http::Response response = NoContent();
  SetCookie(visit, "", response);
  return response;
}

SessionPages::Answer SessionPages::Redeem(Visit& visit) {
  PINION_CHECK(CheckOrigin(visit));
  PINION_TRY(const auto given, model::Decode<model::ConsoleSetupRequest>(visit.request.body));
  visit.shown_body = R"({"Code":"***","Password":"***"})";
  // Of each address: who guesses codes names nobody.
  PINION_CHECK(TakeLogin(visit, "setup code"));
  PINION_TRY(const users::UserPtr user,
             parts_.console.users().RedeemSetupCode(
                 {.code = given.code, .user_name = given.user_name, .password = given.password}));
  visit.facts.principal = PrincipalOf(*user, parts_.account_id);
  return JsonReply(model::ToJson(model::ConsoleSetupResponse{user->user.name}));
}

SessionPages::Answer SessionPages::ChangePassword(Visit& visit) {
  PINION_CHECK(SessionOf(visit));
  PINION_TRY(const auto given, model::Decode<model::ConsolePasswordRequest>(visit.request.body));
  PINION_CHECK(users::CheckPassword(given.new_password, "NewPassword"));
  PINION_TRY(const users::UserPtr user, ProvenUser(visit, given.password));
  PINION_CHECK(parts_.console.users().Update(user->user.name, {.password = given.new_password}));
  http::Response response = NoContent();
  SetCookie(visit, "", response);
  return response;
}

SessionPages::Answer SessionPages::PrepareTotp(Visit& visit) {
  PINION_CHECK(SessionOf(visit));
  PINION_TRY(const auto given, model::Decode<model::ConsoleTotpRequest>(visit.request.body));
  PINION_TRY(const users::UserPtr user, ProvenUser(visit, given.password));
  const std::string& name = user->user.name;
  PINION_TRY(const std::string secret, parts_.console.users().PrepareTotp(name));
  return JsonReply(model::ToJson(
      model::ConsoleTotpResponse{users::TotpSecretText(secret), users::TotpUri(secret, name)}));
}

SessionPages::Answer SessionPages::ConfirmTotp(Visit& visit) {
  PINION_TRY(const users::UserPtr user, UserOf(visit));
  PINION_TRY(const auto given, model::Decode<model::ConsoleTotpConfirmation>(visit.request.body));
  PINION_CHECK(TakeLogin(visit, user->user.name));
  PINION_CHECK(parts_.console.users().ConfirmTotp(user->user.name, given.totp_code));
  return NoContent();
}

SessionPages::Answer SessionPages::RemoveTotp(Visit& visit) {
  PINION_CHECK(SessionOf(visit));
  PINION_TRY(const auto given, model::Decode<model::ConsoleTotpRequest>(visit.request.body));
  if (parts_.console.login().options().require_totp) {
    return base::InvalidArgument("Users of this server must have one-time codes.");
  }
  PINION_TRY(const users::UserPtr user, ProvenUser(visit, given.password));
  PINION_CHECK(parts_.console.users().RemoveTotp(user->user.name));
  return NoContent();
}

model::ConsoleSessionResponse SessionPages::Shown(const users::SessionInUse& session) const {
  const Principal principal = PrincipalOf(session.principal, parts_.account_id);
  model::ConsoleSessionResponse shown;
  shown.principal.type = session.principal.user != nullptr ? "user" : "key";
  shown.principal.name = principal.name;
  shown.principal.arn = principal.arn;
  shown.principal.policies = ShownPolicies(session.principal.policy_texts());
  if (session.principal.user != nullptr) {
    shown.principal.totp_enabled = session.principal.user->user.has_totp();
  } else {
    shown.principal.access_key_id = principal.access_key_id;
  }
  shown.csrf_token = session.csrf_token;
  shown.expires_at = session.ends_at;
  shown.totp_required = session.totp_required;
  return shown;
}

// "" takes the cookie away.
void SessionPages::SetCookie(const Visit& visit,
                             std::string_view token,
                             http::Response& response) const {
  std::string cookie = "pinion_session=" + std::string(token);
  cookie += "; Path=/; HttpOnly; SameSite=Strict";
  cookie += token.empty() ? "; Max-Age=0" : "";
  cookie += parts_.guard.IsSecure(visit.request) ? "; Secure" : "";
  response.headers.Add("Set-Cookie", cookie);
}

}  // namespace

base::Status AddSessionPages(Edge& edge, const SessionParts& parts) {
  const auto pages = std::make_shared<SessionPages>(parts);
  for (const SessionPages::Row& row : kRows) {
    PINION_CHECK(
        edge.AddPage({.method = std::string(row.operation.method),
                      .path = std::string(row.operation.path),
                      // Passwords are hashed there, and answers wait until they are durable.
                      .run = Run::kWorker,
                      .handler = [pages, &row](const http::Request& request, CallFacts& facts) {
                        return pages->Serve(row, request, facts);
                      }}));
  }
  return {};
}

std::vector<std::string_view> SessionPageNames() {
  std::vector<std::string_view> names;
  for (const SessionPages::Row& row : kRows) {
    names.push_back(row.operation.name);
  }
  return names;
}

}  // namespace pinion::api
