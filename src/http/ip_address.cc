#include "http/ip_address.h"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

#include "base/assert.h"

namespace pinion::http {

std::optional<IpAddress> IpAddress::Parse(std::string_view text) {
  const std::string terminated(text);
  // A zero byte would hide what follows.
  if (terminated.find('\0') != std::string::npos) {
    return std::nullopt;
  }
  IpAddress address;
  const bool v6 = text.find(':') != std::string_view::npos;
  if (inet_pton(v6 ? AF_INET6 : AF_INET, terminated.c_str(), address.bytes_.data()) != 1) {
    return std::nullopt;
  }
  address.size_ = v6 ? 16 : 4;
  return address;
}

IpAddress IpAddress::FromBytes(std::string_view bytes) {
  PINION_ASSERT(bytes.size() == 4 || bytes.size() == 16);
  IpAddress address;
  address.size_ = bytes.size();
  std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
  return address;
}

std::string IpAddress::ToText() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(is_v4() ? AF_INET : AF_INET6, bytes_.data(), text.data(), text.size());
  return text.data();
}

std::optional<IpNetwork> IpNetwork::Parse(std::string_view text) {
  const size_t slash = text.find('/');
  const auto first = IpAddress::Parse(text.substr(0, slash));
  if (!first) {
    return std::nullopt;
  }
  const auto bits_max = static_cast<unsigned>(first->bytes().size() * 8);
  IpNetwork network{*first, bits_max};
  if (slash == std::string_view::npos) {
    return network;
  }
  const std::string_view bits = text.substr(slash + 1);
  const auto [end, failure] =
      std::from_chars(bits.data(), bits.data() + bits.size(), network.prefix_bits);
  if (failure != std::errc() || end != bits.data() + bits.size() ||
      network.prefix_bits > bits_max) {
    return std::nullopt;
  }
  // `10.1.2.3/8` is more likely a slip than a wish.
  std::string lowest(first->bytes());
  for (size_t bit = network.prefix_bits; bit < bits_max; ++bit) {
    lowest[bit / 8] = static_cast<char>(lowest[bit / 8] & ~(0x80 >> bit % 8));
  }
  return lowest == first->bytes() ? std::optional(network) : std::nullopt;
}

bool IpNetwork::Contains(const IpAddress& address) const {
  const std::string_view a = first.bytes();
  const std::string_view b = address.bytes();
  if (a.size() != b.size()) {
    return false;
  }
  const size_t whole = prefix_bits / 8;
  if (a.substr(0, whole) != b.substr(0, whole)) {
    return false;
  }
  const unsigned rest = prefix_bits % 8;
  return rest == 0 ||
         (static_cast<uint8_t>(a[whole]) ^ static_cast<uint8_t>(b[whole])) >> (8 - rest) == 0;
}

}  // namespace pinion::http
