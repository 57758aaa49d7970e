#include "http/address_policy.h"

#include <algorithm>
#include <optional>
#include <span>

#include "base/assert.h"
#include "http/host_text.h"

namespace pinion::http {
namespace {

constexpr uint16_t kHttpPort = 80;
constexpr uint16_t kHttpsPort = 443;
constexpr uint16_t kPrivilegedPortMax = 1023;

std::vector<IpNetwork> Networks(std::initializer_list<std::string_view> texts) {
  std::vector<IpNetwork> networks;
  for (const std::string_view text : texts) {
    const auto network = IpNetwork::Parse(text);
    PINION_ASSERT(network.has_value());
    networks.push_back(*network);
  }
  return networks;
}

bool AnyContains(std::span<const IpNetwork> networks, const IpAddress& address) {
  return std::any_of(networks.begin(), networks.end(), [&](const IpNetwork& network) {
    return network.Contains(address);
  });
}

bool IsLoopback(const IpAddress& address) {
  static const auto networks = Networks({"127.0.0.0/8", "::1"});
  return AnyContains(networks, address);
}

bool IsPrivate(const IpAddress& address) {
  static const auto networks =
      Networks({"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"});
  return AnyContains(networks, address);
}

// Where clouds hand out the credentials of the machine.
bool IsMetadata(const IpAddress& address) {
  static const auto networks = Networks({"169.254.169.254", "fd00:ec2::254"});
  return AnyContains(networks, address);
}

// Beside loopback and private: what is no address of a host on the Internet.
bool IsSpecial(const IpAddress& address) {
  static const auto special = Networks({"0.0.0.0/8",
                                        "100.64.0.0/10",
                                        "169.254.0.0/16",
                                        "192.0.0.0/24",
                                        "192.0.2.0/24",
                                        "192.88.99.0/24",
                                        "198.18.0.0/15",
                                        "198.51.100.0/24",
                                        "203.0.113.0/24",
                                        "224.0.0.0/4",
                                        "240.0.0.0/4",
                                        "2001::/23",
                                        "2001:db8::/32",
                                        "3fff::/20"});
  static const auto global_v6 = Networks({"2000::/3"});
  return AnyContains(special, address) || (!address.is_v4() && !AnyContains(global_v6, address));
}

// The IPv4 address that an IPv6 address stands for, if it is of a form that leads to one.
std::optional<IpAddress> EmbeddedV4(const IpAddress& address) {
  static const auto at_the_end =
      Networks({"::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "::/96"});
  static const auto six_to_four = Networks({"2002::/16"});
  // ::1 is loopback, not 0.0.0.1.
  if (address.is_v4() || IsLoopback(address)) {
    return std::nullopt;
  }
  if (AnyContains(at_the_end, address)) {
    return IpAddress::FromBytes(address.bytes().substr(12));
  }
  if (AnyContains(six_to_four, address)) {
    return IpAddress::FromBytes(address.bytes().substr(2, 4));
  }
  return std::nullopt;
}

}  // namespace

base::Result<AddressPolicy> AddressPolicy::Make(const Options& options) {
  AddressPolicy policy;
  policy.open_private_ = options.open_private;
  policy.open_loopback_ = options.open_loopback;
  for (const std::string& entry : options.allow) {
    if (const auto network = IpNetwork::Parse(entry)) {
      policy.networks_.push_back(*network);
      continue;
    }
    const size_t colon = entry.rfind(':');
    const auto port = colon == std::string::npos || colon == 0
                          ? std::nullopt
                          : ParsePort(std::string_view(entry).substr(colon + 1));
    if (!port || entry.find('/') != std::string::npos) {
      return base::InvalidArgument("'" + entry +
                                   "' is neither a network such as 10.1.0.0/16 nor a host with a "
                                   "port such as hooks.internal:8443.");
    }
    std::string host = LowerCaseHost(std::string_view(entry).substr(0, colon));
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
      host = host.substr(1, host.size() - 2);
    }
    policy.destinations_.push_back({std::move(host), *port});
  }
  return policy;
}

bool AddressPolicy::NamesDestination(std::string_view host, uint16_t port) const {
  return std::any_of(destinations_.begin(), destinations_.end(), [&](const Destination& named) {
    return named.port == port && named.host == host;
  });
}

bool AddressPolicy::AllowsPort(std::string_view host, uint16_t port) const {
  return port == kHttpPort || port == kHttpsPort || port > kPrivilegedPortMax ||
         NamesDestination(host, port);
}

bool AddressPolicy::Allows(const IpAddress& address, std::string_view host, uint16_t port) const {
  const bool opened_itself =
      std::any_of(networks_.begin(), networks_.end(), [&](const IpNetwork& network) {
        return network.IsSingle() && network.Contains(address);
      });
  if (opened_itself) {
    return true;
  }
  if (const auto v4 = EmbeddedV4(address)) {
    return Allows(*v4, host, port);
  }
  if (IsMetadata(address)) {
    return false;
  }
  if (AnyContains(networks_, address) || NamesDestination(host, port)) {
    return true;
  }
  if (IsLoopback(address)) {
    return open_private_ || open_loopback_;
  }
  return IsPrivate(address) ? open_private_ : !IsSpecial(address);
}

}  // namespace pinion::http
