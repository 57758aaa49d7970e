// Proxies whose word about their own client counts (`server.trusted_proxies`), and who the client
// is at the end of such a chain. The one answer for conditions, audit, access log and limits.
// Immutable, so thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/ip_address.h"
#include "http/message.h"

namespace pinion::http {

class TrustedProxies {
 public:
  // Trusts nobody: the peer of the connection is the client.
  TrustedProxies() = default;
  // Addresses and networks (`10.1.0.0/16`). kInvalidArgument names an entry that is neither.
  static base::Result<TrustedProxies> Make(const std::vector<std::string>& entries);

  // Whether the address, as text, is one of them.
  bool Has(std::string_view address) const;

  // The last address that is no trusted proxy, from the peer back through X-Forwarded-For. What an
  // untrusted one claims does not count; an entry that is no address ends the chain at the proxy
  // that wrote it. Where all are trusted, the first of the chain.
  std::string ClientOf(const Request& request) const;

 private:
  bool Contains(const IpAddress& address) const;

  std::vector<IpNetwork> networks_;
};

}  // namespace pinion::http
