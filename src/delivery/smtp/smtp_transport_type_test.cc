#include "delivery/smtp/smtp_transport_type.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pinion::delivery::smtp {
namespace {

using ::testing::HasSubstr;

model::TransportSettings OnlyHost() {
  model::TransportSettings settings;
  settings.type = "smtp";
  settings.host = "mail.example.com";
  return settings;
}

TEST(SmtpTransportTypeTest, DefaultsAreThoseOfTheTable) {
  const auto settings = ReadSmtpSettings(OnlyHost());

  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->port, 587);
  EXPECT_EQ(settings->security, Security::kStartTls);
  EXPECT_EQ(settings->auth_mechanism, AuthMechanism::kAuto);
  EXPECT_EQ(settings->max_connections, 4U);
  EXPECT_EQ(settings->messages_per_connection, 100U);
  EXPECT_EQ(settings->idle_timeout, std::chrono::seconds(30));
  EXPECT_TRUE(settings->accept_means_delivered);
  EXPECT_TRUE(settings->verify_certificate);
}

TEST(SmtpTransportTypeTest, MembersAreRead) {
  model::TransportSettings given = OnlyHost();
  given.port = 2525;
  given.security = "NONE";
  given.auth_mechanism = "CRAM-MD5";
  given.messages_per_second = 7;

  const auto settings = ReadSmtpSettings(given);

  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->port, 2525);
  EXPECT_EQ(settings->security, Security::kNone);
  EXPECT_EQ(settings->auth_mechanism, AuthMechanism::kCramMd5);
  EXPECT_EQ(settings->messages_per_second, 7);
}

TEST(SmtpTransportTypeTest, WrongMemberIsNamed) {
  IoThread io;
  const TransportType type = SmtpTransportType(io);
  model::TransportSettings settings = OnlyHost();
  settings.security = "SSL";
  EXPECT_THAT(type.validate("email", settings).error().message, HasSubstr("Security"));
  settings = OnlyHost();
  settings.max_connections = 0;
  EXPECT_THAT(type.validate("email", settings).error().message, HasSubstr("MaxConnections"));
  settings = OnlyHost();
  settings.host.reset();
  EXPECT_THAT(type.validate("email", settings).error().message, HasSubstr("Host"));
}

TEST(SmtpTransportTypeTest, OnlyEmailIsCarried) {
  IoThread io;
  const TransportType type = SmtpTransportType(io);
  EXPECT_TRUE(type.validate("email", OnlyHost()).ok());
  EXPECT_FALSE(type.validate("sms", OnlyHost()).ok());
}

TEST(SmtpTransportTypeTest, MakesATransport) {
  IoThread io;
  const auto transport = SmtpTransportType(io).make(OnlyHost());
  ASSERT_TRUE(transport.ok());
  EXPECT_EQ((*transport)->type(), "smtp");
}

}  // namespace
}  // namespace pinion::delivery::smtp
