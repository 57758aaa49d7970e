// The options of the HTTP server, and where outbound calls may go, out of the configuration. Pure.
#pragma once

#include "http/address_policy.h"
#include "http/options.h"
#include "http/trusted_proxies.h"
#include "server/config.h"

namespace pinion::server {

http::ServerOptions HttpOptionsOf(const Config& config);
// OPS-60. Loopback is open on a developer's machine, where nobody else can reach the server.
http::AddressPolicy AddressPolicyOf(const Config& config);
http::TrustedProxies TrustedProxiesOf(const Config& config);

}  // namespace pinion::server
