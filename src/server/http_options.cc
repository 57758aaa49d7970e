#include "server/http_options.h"

namespace pinion::server {

namespace {

http::ListenAddress Listen(const ListenAddress& address, http::Security security) {
  return {.address = address.host, .port = address.port, .security = security};
}

}  // namespace

http::ServerOptions HttpOptionsOf(const Config& config) {
  http::ServerOptions options;
  const bool only_tls = config.tls() && !config.tls_listen;
  options.listen = {
      Listen(config.listen, only_tls ? http::Security::kTls : http::Security::kPlain)};
  if (config.tls_listen) {
    options.listen.push_back(Listen(*config.tls_listen, http::Security::kTls));
  }
  if (config.tls()) {
    options.tls = http::TlsFiles{config.tls_certificate, config.tls_key};
  }
  options.io_threads = config.http_threads;
  options.connections_max = config.http_connections_max;
  options.limits.idle_timeout = config.http_idle;
  return options;
}

}  // namespace pinion::server
