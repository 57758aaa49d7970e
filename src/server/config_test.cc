#include "server/config.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace pinion::server {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ConfigTest : public ::testing::Test {
 protected:
  ConfigTest() {
    std::string name = ::testing::TempDir() + "pinion-config-XXXXXX";
    directory_ = ::mkdtemp(name.data());
  }
  ~ConfigTest() override { std::filesystem::remove_all(directory_); }

  std::string WriteFile(const std::string& name, const std::string& content) {
    const std::string path = directory_ + "/" + name;
    std::ofstream(path) << content;
    return path;
  }

  std::string directory_;
};

TEST_F(ConfigTest, DefaultsAreComplete) {
  const auto loaded = LoadConfig({});

  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded->config.listen.host, "127.0.0.1");
  EXPECT_EQ(loaded->config.listen.port, 8080);
  EXPECT_EQ(loaded->config.PublicUrl(), "http://127.0.0.1:8080");
  EXPECT_EQ(loaded->config.auth_mode, AuthMode::kSigned);
}

TEST_F(ConfigTest, FlagWinsOverEnvironmentOverFileOverDefault) {
  ConfigInput input;
  input.file = WriteFile("a.toml",
                         "[server]\nlisten = '127.0.0.1:1'\nregion = 'eu-west-1'\n"
                         "account_id = '000000000001'\n");
  input.environment = {{"PINION_LISTEN", "127.0.0.1:2"}, {"PINION_SERVER__REGION", "eu-west-2"}};
  input.flags = {{"server.listen", "127.0.0.1:3", "--listen"}};

  const auto loaded = LoadConfig(input);

  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded->config.listen.port, 3);
  EXPECT_EQ(loaded->config.region, "eu-west-2");
  EXPECT_EQ(loaded->config.account_id, "000000000001");
  EXPECT_EQ(loaded->entries[0].source, "flag --listen");
}

TEST_F(ConfigTest, UnknownKeyIsNamedWithFileAndLine) {
  ConfigInput input;
  input.file = WriteFile("a.toml", "[server]\nregion = 'eu-west-1'\nlisten_on = 'x'\n");

  const auto loaded = LoadConfig(input);

  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.error().message,
              AllOf(HasSubstr("a.toml:3"), HasSubstr("server.listen_on"), HasSubstr("Known keys")));
}

TEST_F(ConfigTest, BadValueIsNamedWithWhatIsAllowed) {
  ConfigInput input;
  input.environment = {{"PINION_SERVER__ACCOUNT_ID", "12"}};

  const auto loaded = LoadConfig(input);

  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.error().message,
              AllOf(HasSubstr("PINION_SERVER__ACCOUNT_ID"), HasSubstr("12 digits")));
}

TEST_F(ConfigTest, BrokenFileIsRefusedWithItsLine) {
  ConfigInput input;
  input.file = WriteFile("a.toml", "[server]\nregion = \n");

  const auto loaded = LoadConfig(input);

  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.error().message, HasSubstr("a.toml:2"));
}

TEST_F(ConfigTest, FileValueIsReadWithoutItsLineEnd) {
  ConfigInput input;
  input.environment = {{"PINION_ACCESS_KEY", "admin"},
                       {"PINION_SECRET_KEY", "file:" + WriteFile("secret", "swordfish\n")}};

  const auto loaded = LoadConfig(input);

  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded->config.secret_key, "swordfish");
}

TEST_F(ConfigTest, SecretsAreMaskedInEntries) {
  ConfigInput input;
  input.environment = {{"PINION_ACCESS_KEY", "admin"}, {"PINION_SECRET_KEY", "swordfish"}};

  const auto loaded = LoadConfig(input);

  ASSERT_TRUE(loaded.ok());
  for (const ConfigEntry& entry : loaded->entries) {
    EXPECT_NE(entry.value, "swordfish") << entry.key;
  }
}

TEST_F(ConfigTest, ListsComeFromArraysAndFromCommas) {
  ConfigInput input;
  input.file = WriteFile("a.toml", "[cors]\norigins = ['https://a', 'https://b']\n");
  input.environment = {{"PINION_NETWORK__ALLOW", "10.0.0.0/8, hooks:8443"}};

  const auto loaded = LoadConfig(input);

  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_THAT(loaded->config.cors_origins, ElementsAre("https://a", "https://b"));
  EXPECT_THAT(loaded->config.network_allow, ElementsAre("10.0.0.0/8", "hooks:8443"));
}

TEST_F(ConfigTest, NoAuthNeedsALoopbackAddress) {
  ConfigInput input;
  input.flags = {{"auth.mode", "none", "--no-auth"}, {"server.listen", "0.0.0.0:80", "--listen"}};
  EXPECT_FALSE(LoadConfig(input).ok());

  input.flags.push_back({"auth.no_auth_anywhere", "true", "--no-auth-anywhere"});
  EXPECT_TRUE(LoadConfig(input).ok());
}

TEST_F(ConfigTest, SecretWithoutKeyIsRefused) {
  ConfigInput input;
  input.environment = {{"PINION_SECRET_KEY", "swordfish"}};
  EXPECT_FALSE(LoadConfig(input).ok());
}

TEST_F(ConfigTest, TlsNeedsCertificateAndKey) {
  ConfigInput input;
  input.flags = {{"tls.cert", "c.pem", "--set"}};
  EXPECT_FALSE(LoadConfig(input).ok());

  input.flags.push_back({"tls.key", "k.pem", "--set"});
  const auto loaded = LoadConfig(input);
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->config.PublicUrl(), "https://127.0.0.1:8080");

  input.flags.push_back({"tls.listen", "127.0.0.1:8443", "--set"});
  EXPECT_EQ(LoadConfig(input)->config.PublicUrl(), "https://127.0.0.1:8443");
}

TEST_F(ConfigTest, TlsListenAloneIsRefused) {
  ConfigInput input;
  input.flags = {{"tls.listen", "127.0.0.1:8443", "--set"}};
  EXPECT_FALSE(LoadConfig(input).ok());
}

TEST_F(ConfigTest, VariablesOfOrchestratorsAreLeftAlone) {
  ConfigInput input;
  input.environment = {{"PINION_PORT", "tcp://10.0.0.1:8080"}};
  EXPECT_TRUE(LoadConfig(input).ok());
}

}  // namespace
}  // namespace pinion::server
