#include "server/http_options.h"

#include <utility>

#include "base/assert.h"

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

http::AddressPolicy AddressPolicyOf(const Config& config) {
  auto policy = http::AddressPolicy::Make({.allow = config.network_allow,
                                           .open_private = config.allow_private_webhooks,
                                           .open_loopback = config.loopback_only()});
  // The entries were checked when the configuration was read.
  PINION_ASSERT(policy.ok());
  return *std::move(policy);
}

http::TrustedProxies TrustedProxiesOf(const Config& config) {
  auto proxies = http::TrustedProxies::Make(config.trusted_proxies);
  // As above.
  PINION_ASSERT(proxies.ok());
  return *std::move(proxies);
}

}  // namespace pinion::server
