// Where the first answers to requests with an Idempotency-Key are kept (section 18 of the wire
// protocol); server/ implements it. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace pinion::api {

// What names a first request, and what must be the same when it comes again.
struct RepeatableRequest {
  std::string caller;
  std::string key;
  std::string digest;  // of path, query and body
  // Callers that anybody can become share a small part of the room.
  bool guest = false;
};

struct FirstAnswer {
  int status = 200;
  std::string request_id;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

class FirstAnswers {
 public:
  virtual ~FirstAnswers() = default;
  // Claims the key for this request, which is the first, and answers nothing; or the answer of the
  // first. From a claim on, and after a crash, others get kConflict until it is settled. kConflict
  // says what it is when the key belongs to another request, or the first is in work or has ended
  // without an outcome that is known; kTooManyRequests when there is no room.
  virtual base::Result<std::optional<FirstAnswer>> Begin(const RepeatableRequest& request) = 0;
  // Settles a claim with its answer, which is durable together with what was written before.
  virtual base::Status Keep(const RepeatableRequest& request, const FirstAnswer& answer) = 0;
  // Settles a claim of a request that has changed nothing: it may come again.
  virtual void Release(const RepeatableRequest& request) = 0;
  // Settles a claim of a request that may have changed something, without an answer to keep.
  virtual void Abandon(const RepeatableRequest& request) = 0;
};

}  // namespace pinion::api
