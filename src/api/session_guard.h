// The session of the console that a request comes with (OPS-41): reads the cookie, and lets nothing
// through that a page of another origin could have made the browser send. Thread-safe; never waits.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "api/authenticator.h"
#include "http/message.h"
#include "http/trusted_proxies.h"
#include "users/console_login.h"

namespace pinion::api {

class SessionGuard {
 public:
  struct Options {
    // As configured; "" where the server is known by the Host of each request only.
    std::string public_url = {};
    // Peers whose X-Forwarded-Host and X-Forwarded-Proto count.
    http::TrustedProxies trusted_proxies = {};
  };
  // `login` must outlive this.
  SessionGuard(Options options, users::ConsoleLogin& login);

  // What the cookie says; "" without one. Lives as long as the request.
  static std::string_view TokenOf(const http::Request& request);

  // The session of the request. MissingAuthenticationTokenException without a cookie,
  // ExpiredTokenException without a session, ForbiddenException without the header `x-pinion-csrf`
  // where it is needed, and for another origin.
  using Verdict = std::variant<users::SessionInUse, AuthenticationFailure>;
  Verdict Check(const http::Request& request) const;

  // Whether the request has no header Origin, or the server's own in it.
  bool HasOwnOrigin(const http::Request& request) const;
  // Whether the browser speaks TLS, with the server or a trusted proxy.
  bool IsSecure(const http::Request& request) const;

 private:
  bool IsFromProxy(const http::Request& request) const;

  const Options options_;
  const std::string public_origin_;
  users::ConsoleLogin& login_;
};

}  // namespace pinion::api
