// The Idempotency-Key of one request, from its claim to its outcome. One request's, by one thread
// at a time.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "api/call.h"
#include "api/first_answers.h"
#include "base/result.h"
#include "http/message.h"

namespace pinion::api {

inline constexpr size_t kIdempotencyKeyCharactersMax = 128;

class IdempotencyClaim {
 public:
  // Only what is sent with POST and a key can be claimed.
  static bool IsAsked(const http::Request& request);

  struct Begun {
    // Of the first request; else one of the two is there:
    std::unique_ptr<IdempotencyClaim> claim;
    std::optional<FirstAnswer> answer;
  };
  // Once the caller is known. kInvalidArgument for a key that is none; else as FirstAnswers::Begin.
  static base::Result<Begun> Begin(FirstAnswers& answers,
                                   const http::Request& request,
                                   const CallFacts& facts);
  // A claim that was not settled is abandoned.
  ~IdempotencyClaim();
  IdempotencyClaim(const IdempotencyClaim&) = delete;
  IdempotencyClaim& operator=(const IdempotencyClaim&) = delete;

  // See FirstAnswers. Each settles it; a second time does nothing.
  base::Status Keep(const http::Response& response, std::string_view request_id);
  void Release();
  void Abandon();

 private:
  IdempotencyClaim(FirstAnswers& answers, RepeatableRequest request)
      : answers_(answers), request_(std::move(request)) {}

  FirstAnswers& answers_;
  const RepeatableRequest request_;
  bool settled_ = false;
};

// The first answer once more: status, headers and body, marked as such.
http::Response Replay(FirstAnswer answer);

}  // namespace pinion::api
