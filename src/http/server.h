// The HTTP/1.1 server: listens, reads requests, hands them to a Handler and writes the answers in
// order. Knows nothing of what is served. Start, Drain and Stop are called by one thread, in this
// order.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "http/handler.h"
#include "http/options.h"

namespace pinion::http {

class Server {
 public:
  // The handler and the clock, which gives the Date header, must outlive this. Responders may
  // outlive it.
  Server(ServerOptions options, Handler& handler, const base::Clock& wall_clock);
  // Stops.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds every address and begins to serve. kInvalidArgument for an address or certificate that
  // cannot be used, kUnavailable when an address is taken; nothing listens then.
  base::Result<void> Start();

  // The port of the given listen address, as bound. After Start().
  uint16_t port(size_t listen_index = 0) const;
  // Open connections, for metrics. Thread-safe.
  size_t connections() const;

  // Reads the certificate and key again; connections that exist keep theirs. On a failure the old
  // ones stay in use. Thread-safe.
  base::Result<void> ReloadTls();

  enum class DrainOutcome { kAllFinished, kDeadlinePassed };
  // Closes the listeners and idle connections, lets the requests in work finish, and waits for
  // that, at most so long.
  DrainOutcome Drain(std::chrono::milliseconds deadline);

  // Closes everything at once and ends the threads. Requests in work are not answered.
  void Stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinion::http
