// What the server can be told: where to listen, and every limit of the protocol layer (API-26,
// API-90 to API-93).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "http/request_head.h"

namespace pinion::http {

struct ConnectionLimits {
  HeadLimits head;
  // Of requests for which the handler names no other limit; after inflating, and on the wire.
  size_t body_bytes_max = size_t{7} * 1024 * 1024;
  // What is read and thrown away behind an early answer, so that the client sees the answer and not
  // a reset.
  size_t discard_bytes_max = size_t{16} * 1024 * 1024;
  // Requests of one connection whose answers are outstanding.
  size_t pipelined_requests_max = 16;

  std::chrono::milliseconds idle_timeout{75'000};
  // From the first byte of a request to the end of its head.
  std::chrono::milliseconds head_timeout{10'000};
  // Slower than this, a body is given up, and so is a client that does not take its answer. Both
  // after the grace time.
  size_t transfer_bytes_per_second_min = 1024;
  std::chrono::milliseconds transfer_grace{20'000};
  // How long a connection that was closed from this side waits for the client to close its own.
  std::chrono::milliseconds linger_timeout{10'000};
  std::chrono::milliseconds drain_linger_timeout{1'000};
};

enum class Security : uint8_t { kPlain, kTls };

struct ListenAddress {
  std::string address = "127.0.0.1";  // numeric, IPv4 or IPv6
  uint16_t port = 0;                  // 0: any free one
  Security security = Security::kPlain;
};

// PEM files.
struct TlsFiles {
  std::string certificate_chain;
  std::string private_key;
};

struct ServerOptions {
  std::vector<ListenAddress> listen = {ListenAddress{}};
  std::optional<TlsFiles> tls;  // needed when an address has Security::kTls
  size_t io_threads = 2;
  // Further connections wait in the backlog.
  size_t connections_max = 10'000;
  ConnectionLimits limits;
};

}  // namespace pinion::http
