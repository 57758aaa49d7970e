#include "delivery/smtp/smtp_transport_type.h"

#include <array>
#include <utility>

#include "delivery/smtp/smtp_transport.h"

namespace pinion::delivery::smtp {
namespace {

constexpr int32_t kPortMax = 65535;
constexpr int32_t kMessagesPerConnectionMax = 1'000'000;
constexpr int32_t kConnectionsMax = 1000;
constexpr int32_t kIdleSecondsMax = 86'400;
constexpr int32_t kMessagesPerSecondMax = 1'000'000;

template <class T>
struct Named {
  std::string_view name;
  T value;
};

constexpr std::array kSecurities = {
    Named<Security>{"STARTTLS", Security::kStartTls},
    Named<Security>{"STARTTLS_OPTIONAL", Security::kStartTlsOptional},
    Named<Security>{"TLS", Security::kTls},
    Named<Security>{"NONE", Security::kNone},
};

constexpr std::array kMechanisms = {
    Named<AuthMechanism>{"AUTO", AuthMechanism::kAuto},
    Named<AuthMechanism>{"PLAIN", AuthMechanism::kPlain},
    Named<AuthMechanism>{"LOGIN", AuthMechanism::kLogin},
    Named<AuthMechanism>{"CRAM-MD5", AuthMechanism::kCramMd5},
    Named<AuthMechanism>{"XOAUTH2", AuthMechanism::kXoauth2},
};

template <class T, size_t kSize>
base::Result<T> ReadName(std::string_view member,
                         const std::optional<std::string>& given,
                         T otherwise,
                         const std::array<Named<T>, kSize>& names) {
  if (!given.has_value()) {
    return otherwise;
  }
  std::string allowed;
  for (const Named<T>& known : names) {
    if (known.name == *given) {
      return known.value;
    }
    allowed.append(allowed.empty() ? "" : ", ").append(known.name);
  }
  return base::InvalidArgument(std::string(member) + " must be one of " + allowed + ".");
}

struct Range {
  int32_t min = 0;
  int32_t max = 0;
};

base::Result<int32_t> ReadNumber(std::string_view member,
                                 const std::optional<int32_t>& given,
                                 int32_t otherwise,
                                 Range range) {
  const int32_t value = given.value_or(otherwise);
  if (value < range.min || value > range.max) {
    return base::InvalidArgument(std::string(member) + " must be between " +
                                 std::to_string(range.min) + " and " + std::to_string(range.max) +
                                 ".");
  }
  return value;
}

base::Status ReadNumbers(const model::TransportSettings& given, SmtpSettings& settings) {
  PINION_TRY(const int32_t port, ReadNumber("Port", given.port, settings.port, {1, kPortMax}));
  PINION_TRY(const int32_t connections,
             ReadNumber("MaxConnections", given.max_connections, 4, {1, kConnectionsMax}));
  PINION_TRY(const int32_t messages,
             ReadNumber("MessagesPerConnection",
                        given.messages_per_connection,
                        100,
                        {1, kMessagesPerConnectionMax}));
  PINION_TRY(
      const int32_t idle,
      ReadNumber("IdleTimeoutSeconds", given.idle_timeout_seconds, 30, {0, kIdleSecondsMax}));
  PINION_TRY(
      const int32_t rate,
      ReadNumber("MessagesPerSecond", given.messages_per_second, 0, {0, kMessagesPerSecondMax}));
  settings.port = static_cast<uint16_t>(port);
  settings.max_connections = static_cast<size_t>(connections);
  settings.messages_per_connection = static_cast<size_t>(messages);
  settings.idle_timeout = std::chrono::seconds(idle);
  settings.messages_per_second = rate;
  return {};
}

base::Status Validate(std::string_view channel, const model::TransportSettings& given) {
  if (channel != "email" && channel != "EMAIL") {
    return base::InvalidArgument("Type smtp carries the channel email only.");
  }
  PINION_TRY(const SmtpSettings settings, ReadSmtpSettings(given));
  return SmtpTransport::Validate(settings);
}

base::Result<std::unique_ptr<Transport>> Make(const model::TransportSettings& given, IoThread& io) {
  PINION_TRY(SmtpSettings settings, ReadSmtpSettings(given));
  PINION_TRY(std::unique_ptr<SmtpTransport> transport,
             SmtpTransport::Create(std::move(settings), io));
  return std::unique_ptr<Transport>(std::move(transport));
}

}  // namespace

base::Result<SmtpSettings> ReadSmtpSettings(const model::TransportSettings& given) {
  SmtpSettings settings;
  settings.host = given.host.value_or(std::string());
  settings.username = given.username.value_or(std::string());
  settings.password = given.password.value_or(std::string());
  settings.helo_name = given.helo_name.value_or(std::string());
  settings.accept_means_delivered = given.accept_means_delivered.value_or(true);
  settings.verify_certificate = given.verify_certificate.value_or(true);
  PINION_TRY(settings.security,
             ReadName("Security", given.security, Security::kStartTls, kSecurities));
  PINION_TRY(settings.auth_mechanism,
             ReadName("AuthMechanism", given.auth_mechanism, AuthMechanism::kAuto, kMechanisms));
  PINION_CHECK(ReadNumbers(given, settings));
  return settings;
}

TransportType SmtpTransportType(IoThread& io) {
  return TransportType{
      Validate, [&io](const model::TransportSettings& settings) { return Make(settings, io); }};
}

}  // namespace pinion::delivery::smtp
