#include "channels/channel_service.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/codec.h"
#include "storage/memory_store.h"

namespace pinion::channels {
namespace {

using ::testing::HasSubstr;

// Reversed text with its context; enough to see that nothing is stored in clear.
class ReversingSealer final : public SecretSealer {
 public:
  base::Result<std::string> Seal(std::string_view plain, std::string_view context) override {
    return std::string(context) + "|" + std::string(plain.rbegin(), plain.rend());
  }
  base::Result<std::string> Open(std::string_view sealed, std::string_view context) const override {
    if (lost || !sealed.starts_with(std::string(context) + "|")) {
      return base::Internal("sealed for something else");
    }
    sealed.remove_prefix(context.size() + 1);
    return std::string(sealed.rbegin(), sealed.rend());
  }
  bool lost = false;
};

class ChannelServiceTest : public ::testing::Test {
 protected:
  base::Result<model::ChannelState> Update(const ChannelKind& kind, const std::string& json) {
    const auto update = model::Decode<model::ChannelUpdate>(json);
    PINION_ASSERT(update.ok());
    return channels_.Update(app_, kind, *update, "AKID");
  }
  model::ChannelState MustUpdate(const ChannelKind& kind, const std::string& json) {
    auto state = Update(kind, json);
    PINION_ASSERT(state.ok());
    return *state;
  }

  const base::AppId app_{"a1"};
  storage::MemoryStore store_;
  base::ManualClock clock_{base::TimestampFromMillis(1'000'000'000)};
  ReversingSealer sealer_;
  ChannelService channels_{store_, clock_, sealer_};
};

TEST_F(ChannelServiceTest, NeverSetIsNotFound) {
  EXPECT_EQ(channels_.Get(app_, kEmail).error().code, base::Errc::kNotFound);
  EXPECT_EQ(channels_.Delete(app_, kEmail).error().code, base::Errc::kNotFound);
}

TEST_F(ChannelServiceTest, FirstUpdateEnablesWithVersionOne) {
  const auto state = MustUpdate(kSms, R"({"SenderId":"SHOP"})");

  EXPECT_EQ(state.version, 1);
  EXPECT_TRUE(state.enabled);
  EXPECT_EQ(state.sender_id, "SHOP");
  EXPECT_EQ(state.last_modified_by, "AKID");
  EXPECT_EQ(state.transactional_messages_per_second, 20);
  EXPECT_FALSE(state.has_credential);
}

TEST_F(ChannelServiceTest, EnabledStaysUntilItIsGiven) {
  MustUpdate(kVoice, R"({"Enabled":false})");
  EXPECT_FALSE(MustUpdate(kVoice, "{}").enabled);
  EXPECT_TRUE(MustUpdate(kVoice, R"({"Enabled":true})").enabled);
}

TEST_F(ChannelServiceTest, PlainSettingsAreReplacedAndCredentialsKept) {
  MustUpdate(kApns, R"({"BundleId":"com.x","TokenKey":"k","TokenKeyId":"i","TeamId":"t"})");

  const auto state = MustUpdate(kApns, R"({"Enabled":true})");

  EXPECT_EQ(state.version, 2);
  EXPECT_TRUE(*state.has_token_key);
  const auto sending = channels_.ForSending(app_, kApns);
  ASSERT_TRUE(sending.ok() && sending->has_value());
  EXPECT_FALSE((*sending)->settings.bundle_id);
  EXPECT_EQ((*sending)->credentials.team_id, "t");
}

TEST_F(ChannelServiceTest, NamedCredentialIsReplacedWhole) {
  MustUpdate(kApns, R"({"TokenKey":"k","TokenKeyId":"i","TeamId":"t"})");
  MustUpdate(kApns, R"({"TokenKey":"k2"})");

  const auto sending = channels_.ForSending(app_, kApns);
  EXPECT_EQ((*sending)->credentials.token_key, "k2");
  EXPECT_FALSE((*sending)->credentials.team_id);
}

TEST_F(ChannelServiceTest, CredentialsAreNotStoredInClear) {
  MustUpdate(kGcm, R"({"ApiKey":"very-secret"})");

  bool seen = false;
  ASSERT_TRUE(store_
                  .Scan({.prefix = ""},
                        [&seen](std::string_view, std::string_view value) {
                          seen = seen || value.find("very-secret") != std::string_view::npos;
                          return true;
                        })
                  .ok());
  EXPECT_FALSE(seen);
  EXPECT_EQ(channels_.Get(app_, kGcm)->credential, "very-secret");
}

TEST_F(ChannelServiceTest, CredentialsThatCannotBeOpenedCountAsNone) {
  MustUpdate(kGcm, R"({"ApiKey":"k"})");
  sealer_.lost = true;
  EXPECT_FALSE(channels_.Get(app_, kGcm)->has_credential);
  EXPECT_TRUE(MustUpdate(kGcm, R"({"ApiKey":"new"})").has_credential);
}

TEST_F(ChannelServiceTest, DefaultMethodFollowsTheCredentials) {
  EXPECT_EQ(MustUpdate(kApns, "{}").default_authentication_method, "key");
  EXPECT_EQ(
      MustUpdate(kApns, R"({"Certificate":"c","PrivateKey":"p"})").default_authentication_method,
      "certificate");
  EXPECT_EQ(MustUpdate(kApns, R"({"TokenKey":"k"})").default_authentication_method, "key");
  EXPECT_EQ(MustUpdate(kGcm, "{}").default_authentication_method, "KEY");
  EXPECT_EQ(
      MustUpdate(
          kGcm,
          R"({"ServiceJson":"{\"client_email\":\"a\",\"private_key\":\"b\",\"project_id\":\"c\",\"token_uri\":\"d\"}"})")
          .default_authentication_method,
      "TOKEN");
}

TEST_F(ChannelServiceTest, AMethodThatWasSetToNothingComesBackAsNothing) {
  EXPECT_EQ(
      MustUpdate(kApns, R"({"Certificate":"c","PrivateKey":"p","DefaultAuthenticationMethod":""})")
          .default_authentication_method,
      "");
  EXPECT_EQ(MustUpdate(kApns, "{}").default_authentication_method, "certificate");
}

TEST_F(ChannelServiceTest, DeleteForgetsAllButTheVersion) {
  MustUpdate(kGcm, R"({"ApiKey":"k"})");
  clock_.Advance(std::chrono::seconds(1));

  const auto last = channels_.Delete(app_, kGcm);
  ASSERT_TRUE(last.ok());
  EXPECT_TRUE(last->is_archived);
  EXPECT_FALSE(last->enabled);
  EXPECT_EQ(channels_.Get(app_, kGcm).error().code, base::Errc::kNotFound);

  const auto again = MustUpdate(kGcm, "{}");
  EXPECT_EQ(again.version, 2);
  EXPECT_TRUE(again.enabled);
  EXPECT_FALSE(again.has_credential);
  EXPECT_EQ(again.creation_date, again.last_modified_date);
}

TEST_F(ChannelServiceTest, ListHasSetChannelsAndInApp) {
  MustUpdate(kSms, R"({"Enabled":false})");
  MustUpdate(kVoice, "{}");
  ASSERT_TRUE(channels_.Delete(app_, kVoice).ok());

  const auto list = channels_.List(app_);

  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list->channels.size(), 2U);
  EXPECT_TRUE(list->channels.Contains("SMS"));
  EXPECT_EQ(list->channels.Find("IN_APP")->version, 0);
}

TEST_F(ChannelServiceTest, BrokenRulesAreRefusedAndChangeNothing) {
  const std::pair<ChannelKind, const char*> cases[] = {
      {kEmail, R"({"FromAddress":"not an address","Identity":"i"})"},
      {kEmail, R"({"FromAddress":"","Identity":"i"})"},
      {kSms, R"({"SenderId":"TWELVE-CHARS"})"},
      {kSms, R"({"SenderId":"a_b"})"},
      {kSms, R"({"SenderId":"- -"})"},
      {kAdm, R"({"ClientId":"","ClientSecret":"s"})"},
      {kBaidu, R"({"ApiKey":"a","SecretKey":""})"},
      {kGcm, R"({"ServiceJson":"{}"})"},
      {kGcm, R"({"DefaultAuthenticationMethod":"PASSWORD"})"},
      {kApns, R"({"TokenKey":"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"})"}};
  for (const auto& [kind, json] : cases) {
    EXPECT_FALSE(Update(kind, json).ok()) << json;
    EXPECT_FALSE(channels_.Get(app_, kind).ok()) << json;
  }
}

TEST_F(ChannelServiceTest, DigitsOnlySenderIdIsAllowed) {
  EXPECT_TRUE(Update(kSms, R"({"SenderId":"650123"})").ok());
}

}  // namespace
}  // namespace pinion::channels
