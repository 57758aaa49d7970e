#include "server/http_options.h"

#include <gtest/gtest.h>

namespace pinion::server {
namespace {

Config Load(const std::vector<ConfigInput::Flag>& flags) {
  ConfigInput input;
  input.flags = flags;
  auto loaded = LoadConfig(input);
  PINION_ASSERT(loaded.ok());
  return loaded->config;
}

TEST(HttpOptionsTest, PlainByDefault) {
  const http::ServerOptions options = HttpOptionsOf(Load({}));
  ASSERT_EQ(options.listen.size(), 1U);
  EXPECT_EQ(options.listen[0].security, http::Security::kPlain);
  EXPECT_FALSE(options.tls);
}

TEST(HttpOptionsTest, CertificateAloneLeavesNothingInClear) {
  const http::ServerOptions options =
      HttpOptionsOf(Load({{"tls.cert", "c", "--set"}, {"tls.key", "k", "--set"}}));
  ASSERT_EQ(options.listen.size(), 1U);
  EXPECT_EQ(options.listen[0].security, http::Security::kTls);
  EXPECT_EQ(options.tls->private_key, "k");
}

TEST(HttpOptionsTest, BothMayRunSideBySide) {
  const http::ServerOptions options = HttpOptionsOf(Load({{"tls.cert", "c", "--set"},
                                                          {"tls.key", "k", "--set"},
                                                          {"tls.listen", "127.0.0.1:1", "--set"}}));
  ASSERT_EQ(options.listen.size(), 2U);
  EXPECT_EQ(options.listen[0].security, http::Security::kPlain);
  EXPECT_EQ(options.listen[1].security, http::Security::kTls);
  EXPECT_EQ(options.listen[1].port, 1);
}

bool MayReachLoopback(const std::vector<ConfigInput::Flag>& flags) {
  return AddressPolicyOf(Load(flags)).Allows(*http::IpAddress::Parse("127.0.0.1"), "localhost", 80);
}

TEST(HttpOptionsTest, LoopbackIsOpenOnADevelopersMachineOnly) {
  EXPECT_TRUE(MayReachLoopback({}));
  EXPECT_FALSE(MayReachLoopback({{"server.listen", "0.0.0.0:80", "--listen"}}));
  EXPECT_TRUE(MayReachLoopback(
      {{"server.listen", "0.0.0.0:80", "--listen"}, {"network.allow", "127.0.0.1,::1", "--set"}}));
  EXPECT_TRUE(MayReachLoopback({{"server.listen", "0.0.0.0:80", "--listen"},
                                {"network.allow_private_webhooks", "true", "--set"}}));
}

}  // namespace
}  // namespace pinion::server
