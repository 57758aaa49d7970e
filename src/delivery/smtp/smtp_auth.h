// The client's side of SMTP AUTH (RFC 4954): which mechanism to use, and what to say. Pure; no
// secret is ever logged.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "delivery/smtp/smtp_settings.h"

namespace pinion::delivery::smtp {

// The mechanism to use among those offered; nothing when the wanted one is missing. `kAuto` prefers
// PLAIN inside TLS and CRAM-MD5 outside, and never takes XOAUTH2, whose secret is no password.
enum class Channel { kPlaintext, kEncrypted };
std::optional<AuthMechanism> ChooseMechanism(AuthMechanism wanted,
                                             const std::vector<std::string>& offered,
                                             Channel channel);

// One authentication. Call Command() once, then Respond() for every 334.
class AuthExchange {
 public:
  struct Credentials {
    std::string username;
    std::string password;
  };
  AuthExchange(AuthMechanism mechanism, Credentials credentials)
      : mechanism_(mechanism), credentials_(std::move(credentials)) {}

  // The AUTH command without line end.
  std::string Command();
  // The line that answers a challenge. kUnavailable when the server asks for more than the
  // mechanism has.
  base::Result<std::string> Respond(std::string_view challenge);

 private:
  AuthMechanism mechanism_;
  Credentials credentials_;
  int step_ = 0;
};

}  // namespace pinion::delivery::smtp
