// Numeric addresses of the Internet Protocol, both versions, as values. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pinion::http {

class IpAddress {
 public:
  // The usual text forms only, IPv6 without brackets: `10.0.0.1`, `::1`; not `127.1`, `0x7f000001`
  // or zones.
  static std::optional<IpAddress> Parse(std::string_view text);
  // In network order: 4 bytes or 16.
  static IpAddress FromBytes(std::string_view bytes);

  bool is_v4() const { return size_ == 4; }
  // 4 or 16 bytes in network order.
  std::string_view bytes() const { return {bytes_.data(), size_}; }
  std::string ToText() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  std::array<char, 16> bytes_{};
  size_t size_ = 4;
};

// Addresses that share their first bits with one: `10.1.0.0/16`, `fc00::/7`, or a single address.
struct IpNetwork {
  IpAddress first;
  unsigned prefix_bits = 0;

  // An address without `/` is a network of its own. Nothing for anything else, and when bits behind
  // the prefix are set.
  static std::optional<IpNetwork> Parse(std::string_view text);
  bool Contains(const IpAddress& address) const;
  bool IsSingle() const { return prefix_bits == first.bytes().size() * 8; }
};

}  // namespace pinion::http
