// The promise to answer one request. Handlers get one per request and may keep it, move it to
// another thread and complete it there; a Responder that is dropped without an answer answers 500,
// so that no client waits for ever.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "http/message.h"

namespace pinion::http {

// Where answers go: a connection, or a capture in a test. Thread-safe.
class ResponseSink {
 public:
  virtual ~ResponseSink() = default;
  // Called once for each Responder; without a response when it was dropped.
  virtual void Complete(uint64_t sequence, std::optional<Response> response) = 0;
};

enum class Compression : uint8_t { kNone, kGzip };

class Responder {
 public:
  Responder(std::shared_ptr<ResponseSink> sink, uint64_t sequence, Compression compression)
      : sink_(std::move(sink)), sequence_(sequence), compression_(compression) {}
  ~Responder();
  Responder(Responder&& other) noexcept = default;
  Responder& operator=(Responder&& other) noexcept;
  Responder(const Responder&) = delete;
  Responder& operator=(const Responder&) = delete;

  // From any thread, once; a second call is a programmer error. Compresses here, on the caller's
  // thread.
  void Send(Response response);

 private:
  std::shared_ptr<ResponseSink> sink_;  // none when answered or moved from
  uint64_t sequence_;
  Compression compression_;
};

}  // namespace pinion::http
