// URLs that are called from here, read strictly: what this parser takes, no other reads
// differently, so that a check of the host cannot be got around. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/ip_address.h"

namespace pinion::http {

inline constexpr size_t kOutboundUrlBytesMax = 8192;

struct OutboundUrl {
  bool tls = false;
  std::string host;  // in lower case; IPv6 without brackets
  uint16_t port = 0;
  std::optional<IpAddress> address;  // if the host is one
  std::string target;                // path and query, at least `/`

  std::string_view scheme() const { return tls ? "https" : "http"; }
  // The host as a URL has it, with brackets if it needs them.
  std::string HostText() const;
  // The whole URL in its plain form, always with a port.
  std::string ToText() const;
};

// kInvalidArgument with a sentence that begins with "The URL": another scheme than http and https,
// user info, a host that is neither a name nor an address in its usual form, characters that must
// be escaped. A fragment is left out.
base::Result<OutboundUrl> ParseOutboundUrl(std::string_view text);

}  // namespace pinion::http
