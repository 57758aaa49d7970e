#include "api/session_guard.h"

#include <utility>

#include "base/digest.h"

namespace pinion::api {

namespace {

constexpr std::string_view kCookieName = "pinion_session";
constexpr std::string_view kCsrfHeader = "x-pinion-csrf";

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(' ');
  return begin == std::string_view::npos
             ? std::string_view()
             : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

// Scheme, host and port of a URL.
std::string OriginOf(std::string_view url) {
  constexpr std::string_view kBehindScheme = "://";
  const size_t scheme_end = url.find(kBehindScheme);
  if (scheme_end == std::string_view::npos) {
    return "";
  }
  return std::string(url.substr(0, url.find('/', scheme_end + kBehindScheme.size())));
}

AuthenticationFailure Forbidden(std::string message) {
  return {"ForbiddenException", std::move(message)};
}

}  // namespace

SessionGuard::SessionGuard(Options options, users::ConsoleLogin& login)
    : options_(std::move(options)), public_origin_(OriginOf(options_.public_url)), login_(login) {}

std::string_view SessionGuard::TokenOf(const http::Request& request) {
  for (std::string_view cookies : request.headers.FindAll("Cookie")) {
    while (!cookies.empty()) {
      const size_t end = std::min(cookies.size(), cookies.find(';'));
      const std::string_view cookie = Trimmed(cookies.substr(0, end));
      cookies.remove_prefix(std::min(cookies.size(), end + 1));
      const size_t equals = cookie.find('=');
      if (equals != std::string_view::npos && cookie.substr(0, equals) == kCookieName) {
        return cookie.substr(equals + 1);
      }
    }
  }
  return {};
}

SessionGuard::Verdict SessionGuard::Check(const http::Request& request) const {
  const std::string_view token = TokenOf(request);
  if (token.empty()) {
    return AuthenticationFailure{"MissingAuthenticationTokenException", "There is no session."};
  }
  auto session = login_.Find(token);
  if (!session) {
    return AuthenticationFailure{"ExpiredTokenException",
                                 "The session has ended or is not known; log in again."};
  }
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!reads && !base::EqualInConstantTime(request.headers.Find(kCsrfHeader).value_or(""),
                                           session->csrf_token)) {
    return Forbidden("The header x-pinion-csrf must have the CsrfToken of the session.");
  }
  if (!reads && !HasOwnOrigin(request)) {
    return Forbidden("A session may be used by pages of this server only.");
  }
  return *std::move(session);
}

bool SessionGuard::IsFromProxy(const http::Request& request) const {
  return options_.trusted_proxies.Has(request.peer_address);
}

bool SessionGuard::IsSecure(const http::Request& request) const {
  return request.tls || (IsFromProxy(request) &&
                         http::EqualsIgnoringCase(
                             request.headers.Find("X-Forwarded-Proto").value_or(""), "https"));
}

bool SessionGuard::HasOwnOrigin(const http::Request& request) const {
  const auto origin = request.headers.Find("Origin");
  if (!origin || (!public_origin_.empty() && http::EqualsIgnoringCase(*origin, public_origin_))) {
    return true;
  }
  const std::string scheme = IsSecure(request) ? "https://" : "http://";
  const auto is_at = [&](std::string_view header) {
    const auto host = request.headers.Find(header);
    return host && !host->empty() && http::EqualsIgnoringCase(*origin, scheme + std::string(*host));
  };
  return is_at("Host") || (IsFromProxy(request) && is_at("X-Forwarded-Host"));
}

}  // namespace pinion::api
