// Which addresses may be reached by calls to URLs that others have chosen (OPS-60): the public
// Internet, and what the operator opens. Immutable, so thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/ip_address.h"

namespace pinion::http {

class AddressPolicy {
 public:
  struct Options {
    // Networks (`10.1.0.0/16`), addresses, and names or addresses with a port
    // (`hooks.internal:8443`).
    std::vector<std::string> allow = {};
    // All private and loopback ranges.
    bool open_private = false;
    bool open_loopback = false;
  };

  // Nothing but the public Internet.
  AddressPolicy() = default;
  // kInvalidArgument names an entry of `allow` that is neither form.
  static base::Result<AddressPolicy> Make(const Options& options);

  // Whether a connection to `address` may be made for a URL with this host (in lower case) and
  // port.
  bool Allows(const IpAddress& address, std::string_view host, uint16_t port) const;
  // Ports below 1024 other than 80 and 443 are for named exceptions only.
  bool AllowsPort(std::string_view host, uint16_t port) const;

 private:
  struct Destination {
    std::string host;
    uint16_t port = 0;
  };

  bool NamesDestination(std::string_view host, uint16_t port) const;

  std::vector<IpNetwork> networks_;
  std::vector<Destination> destinations_;
  bool open_private_ = false;
  bool open_loopback_ = false;
};

}  // namespace pinion::http
