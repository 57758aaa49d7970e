#include "delivery/smtp/smtp_auth.h"

#include <algorithm>
#include <array>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/base64.h"
#include "base/hex.h"

namespace pinion::delivery::smtp {
namespace {

std::string_view NameOf(AuthMechanism mechanism) {
  switch (mechanism) {
    case AuthMechanism::kPlain:
      return "PLAIN";
    case AuthMechanism::kLogin:
      return "LOGIN";
    case AuthMechanism::kCramMd5:
      return "CRAM-MD5";
    case AuthMechanism::kXoauth2:
      return "XOAUTH2";
    case AuthMechanism::kAuto:
      break;
  }
  return "";
}

std::string HmacMd5(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_md5(),
       key.data(),
       static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()),
       text.size(),
       digest.data(),
       &size);
  return std::string(reinterpret_cast<const char*>(digest.data()), size);
}

}  // namespace

std::optional<AuthMechanism> ChooseMechanism(AuthMechanism wanted,
                                             const std::vector<std::string>& offered,
                                             Channel channel) {
  const auto is_offered = [&](AuthMechanism mechanism) {
    return std::find(offered.begin(), offered.end(), NameOf(mechanism)) != offered.end();
  };
  if (wanted != AuthMechanism::kAuto) {
    return is_offered(wanted) ? std::optional(wanted) : std::nullopt;
  }
  // PLAIN works with every password store; outside TLS it would show the password, which CRAM-MD5
  // does not.
  constexpr std::array kInsideTls = {
      AuthMechanism::kPlain, AuthMechanism::kLogin, AuthMechanism::kCramMd5};
  constexpr std::array kOutsideTls = {
      AuthMechanism::kCramMd5, AuthMechanism::kPlain, AuthMechanism::kLogin};
  for (const AuthMechanism mechanism : channel == Channel::kEncrypted ? kInsideTls : kOutsideTls) {
    if (is_offered(mechanism)) {
      return mechanism;
    }
  }
  return std::nullopt;
}

std::string AuthExchange::Command() {
  std::string command = "AUTH " + std::string(NameOf(mechanism_));
  if (mechanism_ == AuthMechanism::kPlain) {
    const std::string zero(1, '\0');
    command +=
        " " + base::Base64Encode(zero + credentials_.username + zero + credentials_.password);
  } else if (mechanism_ == AuthMechanism::kXoauth2) {
    command += " " + base::Base64Encode("user=" + credentials_.username + "\x01" + "auth=Bearer " +
                                        credentials_.password + "\x01\x01");
  }
  return command;
}

base::Result<std::string> AuthExchange::Respond(std::string_view challenge) {
  ++step_;
  if (mechanism_ == AuthMechanism::kLogin && step_ <= 2) {
    return base::Base64Encode(step_ == 1 ? credentials_.username : credentials_.password);
  }
  if (mechanism_ == AuthMechanism::kCramMd5 && step_ == 1) {
    const std::optional<std::string> decoded = base::Base64Decode(challenge);
    if (decoded.has_value()) {
      const std::string digest = base::HexEncode(HmacMd5(credentials_.password, *decoded));
      return base::Base64Encode(credentials_.username + " " + digest);
    }
  }
  // The server explains an XOAUTH2 failure in a challenge and fails after an empty answer.
  if (mechanism_ == AuthMechanism::kXoauth2 && step_ == 1) {
    return std::string();
  }
  return base::Unavailable("The mail server sent an unexpected authentication challenge.");
}

}  // namespace pinion::delivery::smtp
