#include "http/trusted_proxies.h"

#include <algorithm>
#include <optional>

namespace pinion::http {

namespace {

constexpr std::string_view kForwardedFor = "X-Forwarded-For";
constexpr size_t kMappedPrefixBytes = 12;

// IPv4 in IPv6 form, as a listener of both has its peers, is the IPv4 address.
std::optional<IpAddress> Normalised(std::optional<IpAddress> address) {
  static constexpr std::string_view kMapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", kMappedPrefixBytes);
  if (address && address->bytes().starts_with(kMapped)) {
    return IpAddress::FromBytes(address->bytes().substr(kMappedPrefixBytes));
  }
  return address;
}

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Some proxies write the port, too: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
std::optional<IpAddress> ParseEntry(std::string_view entry) {
  if (entry.starts_with('[')) {
    const size_t close = entry.find(']');
    return close == std::string_view::npos ? std::nullopt
                                           : IpAddress::Parse(entry.substr(1, close - 1));
  }
  const size_t colon = entry.find(':');
  if (colon != std::string_view::npos && entry.find(':', colon + 1) == std::string_view::npos) {
    entry = entry.substr(0, colon);
  }
  return IpAddress::Parse(entry);
}

// The entries of all fields, the last one first.
std::vector<std::string_view> EntriesFromTheEnd(const Headers& headers) {
  std::vector<std::string_view> entries;
  for (std::string_view field : headers.FindAll(kForwardedFor)) {
    for (;;) {
      const size_t comma = field.find(',');
      entries.push_back(Trimmed(field.substr(0, comma)));
      if (comma == std::string_view::npos) {
        break;
      }
      field.remove_prefix(comma + 1);
    }
  }
  std::reverse(entries.begin(), entries.end());
  return entries;
}

}  // namespace

base::Result<TrustedProxies> TrustedProxies::Make(const std::vector<std::string>& entries) {
  TrustedProxies proxies;
  for (const std::string& entry : entries) {
    const auto network = IpNetwork::Parse(entry);
    if (!network) {
      return base::InvalidArgument("'" + entry + "' is neither an address nor a network.");
    }
    proxies.networks_.push_back(*network);
  }
  return proxies;
}

bool TrustedProxies::Contains(const IpAddress& address) const {
  return std::any_of(networks_.begin(), networks_.end(), [&](const IpNetwork& network) {
    return network.Contains(address);
  });
}

bool TrustedProxies::Has(std::string_view address) const {
  if (networks_.empty()) {
    return false;
  }
  const auto parsed = Normalised(IpAddress::Parse(address));
  return parsed && Contains(*parsed);
}

std::string TrustedProxies::ClientOf(const Request& request) const {
  if (!Has(request.peer_address)) {
    return request.peer_address;
  }
  std::string client = request.peer_address;
  for (const std::string_view entry : EntriesFromTheEnd(request.headers)) {
    const auto address = Normalised(ParseEntry(entry));
    if (!address) {
      break;
    }
    client = address->ToText();
    if (!Contains(*address)) {
      break;
    }
  }
  return client;
}

}  // namespace pinion::http
