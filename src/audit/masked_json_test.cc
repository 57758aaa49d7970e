#include "audit/masked_json.h"

#include <gtest/gtest.h>

namespace pinion::audit {
namespace {

constexpr size_t kPlenty = 1000;

TEST(MaskedJsonTest, KeepsWhatIsNoSecretAsItWasWritten) {
  const auto masked = MaskSecrets(R"({"Name":"gold","n":[1.50,{"a":null}]})", kPlenty);

  ASSERT_TRUE(masked.ok());
  EXPECT_EQ(masked->text, R"({"Name":"gold","n":[1.50,{"a":null}]})");
  EXPECT_FALSE(masked->cut);
}

TEST(MaskedJsonTest, HidesSecretsAtEveryDepthWhateverTheirType) {
  const auto masked = MaskSecrets(
      R"({"ApiKey":"k","a":[{"ServiceJson":{"private_key":"x"}}],"TokenKeyId":"id"})", kPlenty);

  ASSERT_TRUE(masked.ok());
  EXPECT_EQ(masked->text, R"({"ApiKey":"***","a":[{"ServiceJson":"***"}],"TokenKeyId":"id"})");
}

TEST(MaskedJsonTest, RecognisesEverySecretOfTheChannels) {
  for (const char* name : {"ClientSecret",
                           "Certificate",
                           "PrivateKey",
                           "TokenKey",
                           "ApiKey",
                           "SecretKey",
                           "ServiceJson",
                           "Password",
                           "SecretAccessKey",
                           "Otp"}) {
    EXPECT_TRUE(IsSecretName(name)) << name;
  }
}

TEST(MaskedJsonTest, CutsBetweenCharactersAndSaysSo) {
  const auto masked = MaskSecrets(
      "{\"Name\":\"a\xC3\xBC"
      "b\"}",
      11);

  ASSERT_TRUE(masked.ok());
  EXPECT_TRUE(masked->cut);
  EXPECT_EQ(masked->text, "{\"Name\":\"a");
}

TEST(MaskedJsonTest, ASecretBeforeTheCutIsHiddenToo) {
  const auto masked = MaskSecrets(R"({"Password":"hunter2hunter2","Name":"aaaaaaaaaaaaaaaa"})", 30);

  ASSERT_TRUE(masked.ok());
  EXPECT_TRUE(masked->cut);
  EXPECT_EQ(masked->text, R"({"Password":"***","Name":"aaaa)");
}

TEST(MaskedJsonTest, RefusesWhatIsNoObject) {
  EXPECT_FALSE(MaskSecrets("[]", kPlenty).ok());
  EXPECT_FALSE(MaskSecrets(R"({"a":})", kPlenty).ok());
  EXPECT_FALSE(MaskSecrets(R"({"a":1} x)", kPlenty).ok());
}

}  // namespace
}  // namespace pinion::audit
