#include "http/outbound_url.h"

#include <algorithm>

#include "http/host_text.h"
#include "http/message.h"

namespace pinion::http {
namespace {

constexpr size_t kHostBytesMax = 253;
constexpr uint16_t kHttpPort = 80;
constexpr uint16_t kHttpsPort = 443;

base::Error Wrong(std::string_view what) {
  return base::InvalidArgument("The URL " + std::string(what) + ".");
}

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool IsName(std::string_view host) {
  return !host.empty() && host.size() <= kHostBytesMax && host.front() != '.' &&
         host.find("..") == std::string_view::npos &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return IsAlphanumeric(c) || c == '-' || c == '_' || c == '.';
         });
}

// `127.1`, `0x7f000001` and `2130706433` lead to an address for some readers.
bool LooksLikeNumber(std::string_view host) {
  if (host.ends_with('.')) {
    host.remove_suffix(1);
  }
  const std::string_view last = host.substr(host.rfind('.') + 1);
  const bool digits = last.find_first_not_of("0123456789") == std::string_view::npos;
  return digits || (last.starts_with("0x") &&
                    last.find_first_not_of("0123456789abcdef", 2) == std::string_view::npos);
}

base::Status ReadHost(std::string_view text, OutboundUrl& url) {
  if (text.starts_with('[') && text.ends_with(']')) {
    url.address = IpAddress::Parse(text.substr(1, text.size() - 2));
    if (!url.address || url.address->is_v4()) {
      return Wrong("has no IPv6 address between its brackets");
    }
    url.host = url.address->ToText();
    return {};
  }
  url.host = LowerCaseHost(text);
  url.address = IpAddress::Parse(url.host);
  if (url.address && url.address->is_v4()) {
    return {};
  }
  if (!IsName(url.host)) {
    return Wrong("must have a host name of letters, digits, '-', '_' and '.', or an address");
  }
  if (LooksLikeNumber(url.host)) {
    return Wrong("must have an address in its usual form, such as 192.0.2.1");
  }
  return {};
}

base::Status ReadAuthority(std::string_view text, OutboundUrl& url) {
  if (text.find('@') != std::string_view::npos) {
    return Wrong("must not hold a user name or password");
  }
  url.port = url.tls ? kHttpsPort : kHttpPort;
  const size_t bracket = text.rfind(']');
  const size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    const auto port = ParsePort(text.substr(colon + 1));
    if (!port) {
      return Wrong("must have a port from 1 to 65535");
    }
    url.port = *port;
  }
  return ReadHost(text.substr(0, colon), url);
}

}  // namespace

std::string OutboundUrl::HostText() const {
  return address && !address->is_v4() ? "[" + host + "]" : host;
}

std::string OutboundUrl::ToText() const {
  return std::string(scheme()) + "://" + HostText() + ":" + std::to_string(port) + target;
}

base::Result<OutboundUrl> ParseOutboundUrl(std::string_view text) {
  if (text.size() > kOutboundUrlBytesMax) {
    return Wrong("must have at most 8192 bytes");
  }
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < '\x7f' && c != '\\' && c != '"' && c != '<' && c != '>';
  });
  if (!printable) {
    return Wrong("must have blanks, control characters and characters beyond ASCII escaped");
  }
  const size_t scheme_end = text.find("://");
  const std::string_view scheme = text.substr(0, scheme_end);
  OutboundUrl url;
  url.tls = EqualsIgnoringCase(scheme, "https");
  if (scheme_end == std::string_view::npos || (!url.tls && !EqualsIgnoringCase(scheme, "http"))) {
    return Wrong("must begin with http:// or https://");
  }
  std::string_view rest = text.substr(scheme_end + 3);
  rest = rest.substr(0, rest.find('#'));
  const size_t authority_end = rest.find_first_of("/?");
  PINION_CHECK(ReadAuthority(rest.substr(0, authority_end), url));
  if (authority_end != std::string_view::npos) {
    url.target = rest.substr(authority_end);
  }
  if (!url.target.starts_with('/')) {
    url.target.insert(0, "/");
  }
  return url;
}

}  // namespace pinion::http
