// How one SMTP relay is reached and used: the members of the transport type `smtp` (CHN-119) under
// the names of the API, and the time limits, which are not settings of the API. Plain values.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace pinion::delivery::smtp {

enum class Security {
  kStartTls,          // STARTTLS, or no delivery
  kStartTlsOptional,  // STARTTLS if the server offers it
  kTls,               // TLS from the first octet
  kNone,
};

enum class AuthMechanism { kAuto, kPlain, kLogin, kCramMd5, kXoauth2 };

// After RFC 5321 section 4.5.3.2, shorter where waiting helps nobody. The answer to the end of the
// content keeps its ten minutes: giving up early would leave it open whether the message was taken.
struct SmtpTimeouts {
  std::chrono::milliseconds connect = std::chrono::seconds(30);
  std::chrono::milliseconds command = std::chrono::minutes(2);
  std::chrono::milliseconds content = std::chrono::minutes(3);
  std::chrono::milliseconds final_reply = std::chrono::minutes(10);
  std::chrono::milliseconds quit = std::chrono::seconds(2);
};

struct SmtpSettings {
  std::string host;
  uint16_t port = 587;
  Security security = Security::kStartTls;
  std::string username;  // no AUTH if empty
  std::string password;  // the access token for XOAUTH2
  AuthMechanism auth_mechanism = AuthMechanism::kAuto;
  std::string helo_name;  // the machine's name if empty
  size_t max_connections = 4;
  size_t messages_per_connection = 100;
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(30);
  bool accept_means_delivered = true;
  bool verify_certificate = true;
  std::string ca_file;             // PEM certificates to trust besides the system's; may be empty
  double messages_per_second = 0;  // 0 = unlimited
  SmtpTimeouts timeouts;
};

}  // namespace pinion::delivery::smtp
