#include "api/idempotency.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/digest.h"

namespace pinion::api {

namespace {

constexpr std::string_view kKeyHeader = "Idempotency-Key";
constexpr std::string_view kReplayedHeader = "Idempotency-Replayed";

bool IsKey(std::string_view text) {
  return !text.empty() && text.size() <= kIdempotencyKeyCharactersMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// What stays the same for as long as the caller does, and is never another's.
std::string CallerOf(const Principal& principal) {
  switch (principal.type) {
    case Principal::Type::kKey:
      return "key/" + principal.access_key_id;
    case Principal::Type::kUser:
      return "user/" + principal.name;
    case Principal::Type::kGuest:
      return "guest/" + (principal.session ? principal.session->identity_id : std::string());
    case Principal::Type::kAnonymous:
      break;
  }
  return "anonymous/" + principal.access_key_id;
}

// Each part with its length, so that no two requests have the same text.
std::string DigestOf(const http::Request& request) {
  std::string text = std::to_string(request.path.size()) + ":" + request.path +
                     std::to_string(request.query.size()) + ":" + request.query;
  text += base::Sha256(request.body);
  return base::Sha256(text);
}

}  // namespace

bool IdempotencyClaim::IsAsked(const http::Request& request) {
  return request.method == "POST" && request.headers.Has(kKeyHeader);
}

base::Result<IdempotencyClaim::Begun> IdempotencyClaim::Begin(FirstAnswers& answers,
                                                              const http::Request& request,
                                                              const CallFacts& facts) {
  const std::string_view key = request.headers.Find(kKeyHeader).value_or("");
  if (!IsKey(key)) {
    return base::InvalidArgument(
        "Header 'Idempotency-Key' must have 1 to 128 printable ASCII characters.");
  }
  RepeatableRequest first{.caller = CallerOf(facts.principal),
                          .key = std::string(key),
                          .digest = DigestOf(request),
                          .guest = facts.principal.type == Principal::Type::kGuest};
  PINION_TRY(auto answer, answers.Begin(first));
  Begun begun;
  if (answer) {
    begun.answer = std::move(answer);
  } else {
    begun.claim.reset(new IdempotencyClaim(answers, std::move(first)));
  }
  return begun;
}

IdempotencyClaim::~IdempotencyClaim() {
  Abandon();
}

base::Status IdempotencyClaim::Keep(const http::Response& response, std::string_view request_id) {
  if (std::exchange(settled_, true)) {
    return {};
  }
  FirstAnswer answer;
  answer.status = response.status;
  answer.request_id = request_id;
  for (const http::Header header : response.headers) {
    answer.headers.emplace_back(header.name, header.value);
  }
  answer.body = response.body;
  return answers_.Keep(request_, answer);
}

void IdempotencyClaim::Release() {
  if (!std::exchange(settled_, true)) {
    answers_.Release(request_);
  }
}

void IdempotencyClaim::Abandon() {
  if (!std::exchange(settled_, true)) {
    answers_.Abandon(request_);
  }
}

http::Response Replay(FirstAnswer answer) {
  http::Response response;
  response.status = answer.status;
  for (const auto& [name, value] : answer.headers) {
    response.headers.Add(name, value);
  }
  response.headers.Add(kReplayedHeader, "true");
  response.body = std::move(answer.body);
  return response;
}

}  // namespace pinion::api
