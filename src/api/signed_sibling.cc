#include "api/signed_sibling.h"

#include <algorithm>
#include <utility>

#include "base/json_text.h"
#include "base/log.h"

namespace pinion::api {

namespace {

const SiblingError& RowOf(const SiblingService& service, base::Errc code) {
  const auto found = std::find_if(service.errors.begin(),
                                  service.errors.end(),
                                  [code](const SiblingError& row) { return row.code == code; });
  return found == service.errors.end() ? service.errors.back() : *found;
}

}  // namespace

SignedSiblingCall::SignedSiblingCall(SiblingCall& call, const SignedSibling& operation)
    : call_(call),
      operation_(operation),
      descriptor_{.name = operation.name, .method = "POST", .path = ""} {}

std::optional<http::Response> SignedSiblingCall::Authenticate() {
  AuthenticationResult result = call_.parts.authenticator.Authenticate(call_.request);
  if (const auto* failure = std::get_if<AuthenticationFailure>(&result)) {
    constexpr int kTooManyRequests = 429;
    if (failure->status == kTooManyRequests) {
      return Fail({base::Errc::kTooManyRequests, failure->message},
                  failure->retry_after_seconds.value_or(1));
    }
    // AUTH-20: these names are the same everywhere.
    return Refuse({base::Errc::kUnauthenticated, failure->status, failure->exception},
                  failure->message);
  }
  auto& caller = std::get<Authenticated>(result);
  call_.facts.principal = std::move(caller.principal);
  call_.facts.region = std::move(caller.region);
  if (call_.parts.auditor != nullptr) {
    call_.parts.auditor->NoteCaller(call_.request, call_.facts);
  }
  return std::nullopt;
}

std::optional<http::Response> SignedSiblingCall::Authorize(const SiblingResources& resources) {
  for (const std::vector<std::string>& names : resources) {
    const base::Status allowed =
        call_.parts.authorizer.CheckSibling({call_.request, call_.facts, operation_.action, names});
    if (!allowed.ok()) {
      return Fail(allowed.error());
    }
  }
  return std::nullopt;
}

std::optional<http::Response> SignedSiblingCall::Begin(std::vector<std::string> resources) {
  if (operation_.effect == SiblingEffect::kNone) {
    return std::nullopt;
  }
  const auto reason = call_.parts.refuse_changes ? call_.parts.refuse_changes() : std::nullopt;
  if (reason) {
    return Fail(base::Unavailable("The server takes no changes now: " + *reason + "."));
  }
  changed_ = std::move(resources);
  if (operation_.effect == SiblingEffect::kChange && call_.parts.auditor != nullptr) {
    auto entry = call_.parts.auditor->Begin(Audited());
    if (!entry.ok()) {
      return Fail(entry.error());
    }
    audit_ = *std::move(entry);
  }
  return std::nullopt;
}

http::Response SignedSiblingCall::Succeed(std::string body, const model::DecodeReport& report) {
  const base::Status audited = Audit({}, {}, body);
  if (!audited.ok()) {
    return Fail(base::Internal("Not recorded: " + audited.error().message));
  }
  call_.facts.wrote = operation_.effect != SiblingEffect::kNone;
  http::Response response;
  response.headers.Add("Content-Type", operation_.service.content_type);
  if (!report.ignored_members.empty()) {
    std::string ignored;
    for (const std::string& member : report.ignored_members) {
      ignored += (ignored.empty() ? "" : ",") + member;
    }
    response.headers.Add("x-pinion-ignored-members", ignored);
  }
  response.body = std::move(body);
  return response;
}

http::Response SignedSiblingCall::Fail(const base::Error& error, int retry_after_seconds) {
  const SiblingError& row = RowOf(operation_.service, error.code);
  const bool internal = error.code == base::Errc::kInternal;
  if (internal) {
    base::Log(
        base::LogLevel::kError,
        "api",
        error.message,
        {{"request_id", call_.facts.request_id}, {"operation", std::string(operation_.name)}});
  }
  http::Response response = Refuse(row, internal ? "Internal server error" : error.message);
  if (error.code == base::Errc::kTooManyRequests || error.code == base::Errc::kUnavailable) {
    response.headers.Add("Retry-After", std::to_string(retry_after_seconds));
  }
  return response;
}

http::Response SignedSiblingCall::Refuse(const SiblingError& row, std::string_view message) {
  const base::Status audited = Audit(row.exception, message, {});
  if (!audited.ok()) {
    base::Log(base::LogLevel::kError,
              "audit",
              "a call was not recorded",
              {{"request_id", call_.facts.request_id}, {"error", audited.error().message}});
  }
  base::JsonWriter json;
  json.BeginObject();
  json.Key("__type").String(row.exception);
  json.Key(operation_.service.message_member).String(message);
  if (!row.reason.empty()) {
    json.Key("Reason").String(row.reason);
  }
  json.EndObject();
  http::Response response;
  response.status = row.status;
  response.headers.Add("Content-Type", operation_.service.content_type);
  response.headers.Add("x-amzn-ErrorType", row.exception);
  response.body = json.Take();
  return response;
}

base::Status SignedSiblingCall::Audit(std::string_view exception,
                                      std::string_view message,
                                      std::string_view response_body) {
  if (audit_ != nullptr) {
    const CallAuditor::EntryPtr entry = std::exchange(audit_, nullptr);
    return call_.parts.auditor->End(
        *entry, {.exception = exception, .message = message, .response_body = response_body});
  }
  const bool forbidden = exception == RowOf(operation_.service, base::Errc::kForbidden).exception;
  if (forbidden && call_.parts.auditor != nullptr) {
    return call_.parts.auditor->Refused(Audited(), {.exception = exception, .message = message});
  }
  return {};
}

CallAuditor::AuditedCall SignedSiblingCall::Audited() const {
  return {.request = call_.request,
          .facts = call_.facts,
          .operation = descriptor_,
          .event_source = operation_.service.event_source,
          .resources = changed_};
}

}  // namespace pinion::api
