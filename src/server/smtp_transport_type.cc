#include "server/smtp_transport_type.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "delivery/smtp/smtp_settings.h"
#include "delivery/smtp/smtp_transport.h"

namespace pinion::server {

namespace {

using delivery::smtp::AuthMechanism;
using delivery::smtp::Security;
using delivery::smtp::SmtpSettings;

template <class Enum, size_t kSize>
using Names = std::array<std::pair<std::string_view, Enum>, kSize>;

constexpr Names<Security, 4> kSecurities = {{{"STARTTLS", Security::kStartTls},
                                             {"STARTTLS_OPTIONAL", Security::kStartTlsOptional},
                                             {"TLS", Security::kTls},
                                             {"NONE", Security::kNone}}};
constexpr Names<AuthMechanism, 5> kMechanisms = {{{"AUTO", AuthMechanism::kAuto},
                                                  {"PLAIN", AuthMechanism::kPlain},
                                                  {"LOGIN", AuthMechanism::kLogin},
                                                  {"CRAM-MD5", AuthMechanism::kCramMd5},
                                                  {"XOAUTH2", AuthMechanism::kXoauth2}}};

template <class Enum, size_t kSize>
base::Status Read(const std::optional<std::string>& text,
                  const Names<Enum, kSize>& names,
                  std::string_view member,
                  Enum& value) {
  if (!text) {
    return {};
  }
  std::string choices;
  for (const auto& [name, known] : names) {
    if (name == *text) {
      value = known;
      return {};
    }
    choices += (choices.empty() ? "" : ", ") + std::string(name);
  }
  return base::InvalidArgument("Member '" + std::string(member) + "': unknown value '" +
                               text->substr(0, 100) + "', expected one of " + choices + ".");
}

// Leaves `value` as it is when nothing is given.
template <class Number>
base::Status Read(std::optional<int32_t> given,
                  int32_t low,
                  int32_t high,
                  std::string_view member,
                  Number& value) {
  if (!given) {
    return {};
  }
  if (*given < low || *given > high) {
    return base::InvalidArgument("Member '" + std::string(member) + "': must be between " +
                                 std::to_string(low) + " and " + std::to_string(high) + ".");
  }
  value = static_cast<Number>(*given);
  return {};
}

constexpr int32_t kConnectionsMax = 1000;
constexpr int32_t kMessagesPerConnectionMax = 1'000'000;
constexpr int32_t kIdleSecondsMax = 3600;
constexpr int32_t kRateMax = 1'000'000;

base::Result<SmtpSettings> ToSmtpSettings(const model::TransportSettings& settings) {
  SmtpSettings smtp;
  if (!settings.host || settings.host->empty()) {
    return base::InvalidArgument("Missing required member 'Host'.");
  }
  smtp.host = *settings.host;
  smtp.username = settings.username.value_or("");
  smtp.password = settings.password.value_or("");
  smtp.helo_name = settings.helo_name.value_or("");
  smtp.accept_means_delivered = settings.accept_means_delivered.value_or(true);
  smtp.verify_certificate = settings.verify_certificate.value_or(true);
  PINION_CHECK(Read(settings.port, 1, 65535, "Port", smtp.port));
  PINION_CHECK(Read(settings.security, kSecurities, "Security", smtp.security));
  PINION_CHECK(Read(settings.auth_mechanism, kMechanisms, "AuthMechanism", smtp.auth_mechanism));
  PINION_CHECK(
      Read(settings.max_connections, 1, kConnectionsMax, "MaxConnections", smtp.max_connections));
  PINION_CHECK(Read(settings.messages_per_connection,
                    1,
                    kMessagesPerConnectionMax,
                    "MessagesPerConnection",
                    smtp.messages_per_connection));
  PINION_CHECK(Read(
      settings.messages_per_second, 0, kRateMax, "MessagesPerSecond", smtp.messages_per_second));
  int32_t idle_seconds = static_cast<int32_t>(smtp.idle_timeout.count() / 1000);
  PINION_CHECK(
      Read(settings.idle_timeout_seconds, 1, kIdleSecondsMax, "IdleTimeoutSeconds", idle_seconds));
  smtp.idle_timeout = std::chrono::seconds(idle_seconds);
  return smtp;
}

}  // namespace

delivery::TransportType SmtpTransportType(delivery::smtp::IoThread& io) {
  return {.validate = [&io](std::string_view channel,
                            const model::TransportSettings& settings) -> base::Status {
            if (channel != "EMAIL") {
              return base::InvalidArgument("Member 'Type': smtp carries email only.");
            }
            PINION_TRY(SmtpSettings smtp, ToSmtpSettings(settings));
            PINION_CHECK(delivery::smtp::SmtpTransport::Create(std::move(smtp), io));
            return {};
          },
          .make = [&io](const model::TransportSettings& settings)
              -> base::Result<std::unique_ptr<delivery::Transport>> {
            PINION_TRY(SmtpSettings smtp, ToSmtpSettings(settings));
            PINION_TRY(auto transport, delivery::smtp::SmtpTransport::Create(std::move(smtp), io));
            return std::unique_ptr<delivery::Transport>(std::move(transport));
          }};
}

}  // namespace pinion::server
