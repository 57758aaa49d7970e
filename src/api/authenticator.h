// Finds out who makes a request. Edge asks it after routing; implementations: SignedAuthenticator,
// AnonymousAuthenticator. Thread-safe; must not block.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "api/call.h"
#include "api/error_reply.h"
#include "http/message.h"

namespace pinion::api {

struct Authenticated {
  Principal principal;
  std::string region;
};

struct AuthenticationFailure {
  std::string exception;  // one of the names of AUTH-20
  std::string message;
  int status = 403;
  std::optional<int> retry_after_seconds = std::nullopt;
};

// How the failure looks on the wire.
ErrorReply ErrorReplyFor(AuthenticationFailure failure);

using AuthenticationResult = std::variant<Authenticated, AuthenticationFailure>;

class Authenticator {
 public:
  virtual ~Authenticator() = default;
  virtual AuthenticationResult Authenticate(const http::Request& request) const = 0;
  // The header `x-pinion-auth: none` is due on every answer (AUTH-65).
  virtual bool open_to_everybody() const { return false; }
};

// AUTH-65: everybody is let in. An access key id in the credential scope still names the caller,
// and its region counts.
class AnonymousAuthenticator final : public Authenticator {
 public:
  AnonymousAuthenticator(std::string region, std::string account_id);
  AuthenticationResult Authenticate(const http::Request& request) const override;
  bool open_to_everybody() const override { return true; }

 private:
  const std::string region_;
  const std::string account_id_;
  const std::shared_ptr<const auth::PolicySet> everything_;
};

}  // namespace pinion::api
