#include "http/resolver.h"

#include <algorithm>
#include <memory>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace pinion::http {
namespace {

template <class Address>
std::string_view BytesOf(const Address& address) {
  return {reinterpret_cast<const char*>(&address), sizeof(address)};
}

void AddAddress(std::vector<IpAddress>& addresses, const addrinfo& found) {
  std::string_view bytes;
  if (found.ai_family == AF_INET) {
    bytes = BytesOf(reinterpret_cast<const sockaddr_in*>(found.ai_addr)->sin_addr);
  } else if (found.ai_family == AF_INET6) {
    bytes = BytesOf(reinterpret_cast<const sockaddr_in6*>(found.ai_addr)->sin6_addr);
  } else {
    return;
  }
  const IpAddress address = IpAddress::FromBytes(bytes);
  if (std::find(addresses.begin(), addresses.end(), address) == addresses.end()) {
    addresses.push_back(address);
  }
}

}  // namespace

base::Result<std::vector<IpAddress>> SystemResolver::Resolve(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const int failure = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, [](addrinfo* list) {
    if (list != nullptr) {
      freeaddrinfo(list);
    }
  });
  std::vector<IpAddress> addresses;
  for (const addrinfo* entry = failure == 0 ? found : nullptr; entry != nullptr;
       entry = entry->ai_next) {
    AddAddress(addresses, *entry);
  }
  if (addresses.empty()) {
    return base::Unavailable("The host " + host + " has no address: " + gai_strerror(failure) +
                             ".");
  }
  return addresses;
}

}  // namespace pinion::http
