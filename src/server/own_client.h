// A client of this server inside its own process: requests go through the edge like everybody's,
// with a signature of an administrator's key, but without a socket, so that it does not matter
// where the server listens and whether it speaks TLS there. For --demo. Thread-safe.
#pragma once

#include <optional>
#include <string>

#include "auth/access_key_store.h"
#include "base/clock.h"
#include "base/result.h"
#include "http/handler.h"
#include "http/message.h"

namespace pinion::server {

class OwnClient {
 public:
  // All must outlive it.
  struct Parts {
    http::Handler& edge;
    const auth::AccessKeyStore* keys;  // null when requests are not authenticated
    const base::Clock& wall_clock;
    std::string region;
  };
  explicit OwnClient(Parts parts) : parts_(std::move(parts)) {}

  // Waits for the answer, whatever its status. kUnavailable when no administrator's key may be used
  // and when there was no answer. Not after the server was stopped.
  base::Result<http::Response> Ask(const std::string& method,
                                   const std::string& target,
                                   const std::string& body) const;

  // The key that signs: the configured one before others; nothing without authentication.
  std::optional<auth::AccessKey> Key() const;

 private:
  base::Status Sign(http::Request& request) const;

  const Parts parts_;
};

}  // namespace pinion::server
