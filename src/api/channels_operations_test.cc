#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using testing::IsBadRequest;
using testing::IsNotFound;
using testing::JsonAt;
using testing::JsonLacks;
using testing::Reply;

class ChannelsOperationsTest : public testing::ApiTest {
 protected:
  std::string target_ = "/v1/apps/" + MakeApp() + "/channels";
};

TEST_F(ChannelsOperationsTest, EveryKindIsSetReadAndDeleted) {
  const std::pair<const char*, const char*> kinds[] = {
      {"adm", R"({"ClientId":"c","ClientSecret":"s"})"},
      {"apns", R"({"TokenKey":"k","TokenKeyId":"i","TeamId":"t"})"},
      {"apns_sandbox", R"({"Certificate":"c","PrivateKey":"p"})"},
      {"apns_voip", "{}"},
      {"apns_voip_sandbox", "{}"},
      {"baidu", R"({"ApiKey":"a","SecretKey":"s"})"},
      {"email", R"({"FromAddress":"Shop <a@b.no>","Identity":"arn:aws:ses:x:y:identity/b.no"})"},
      {"gcm", R"({"ApiKey":"a"})"},
      {"sms", R"({"SenderId":"SHOP"})"},
      {"voice", "{}"}};
  for (const auto& [kind, body] : kinds) {
    const std::string target = target_ + "/" + kind;
    EXPECT_THAT(Get(target), IsNotFound()) << kind;

    const Reply set = Put(target, body);
    EXPECT_THAT(set, HasStatus(200)) << kind;
    EXPECT_THAT(set, JsonAt("/Id", kind));
    EXPECT_THAT(set, JsonAt("/Version", 1));
    EXPECT_EQ(Get(target).body, set.body);

    EXPECT_THAT(Delete(target), JsonAt("/IsArchived", true)) << kind;
    EXPECT_THAT(Get(target), IsNotFound()) << kind;
    EXPECT_THAT(Delete(target), IsNotFound()) << kind;
  }
}

TEST_F(ChannelsOperationsTest, EmptyTextsCountAsNotSet) {
  const Reply reply = Put(target_ + "/sms", R"({"SenderId":"","ShortCode":"","Enabled":true})");
  EXPECT_THAT(reply, HasStatus(200));
  EXPECT_THAT(reply, JsonLacks("/SenderId"));
  EXPECT_THAT(reply, JsonAt("/PromotionalMessagesPerSecond", 20));
}

TEST_F(ChannelsOperationsTest, SecretsDoNotComeBack) {
  Put(target_ + "/apns", R"({"TokenKey":"very-secret","TokenKeyId":"i","TeamId":"t"})");
  const Reply reply = Get(target_ + "/apns");
  EXPECT_THAT(reply, JsonAt("/HasTokenKey", true));
  EXPECT_THAT(reply, JsonAt("/HasCredential", true));
  EXPECT_EQ(reply.body.find("very-secret"), std::string::npos);
}

TEST_F(ChannelsOperationsTest, MissingRequiredMemberIsRefused) {
  EXPECT_THAT(Put(target_ + "/email", R"({"FromAddress":"a@b.no"})"), IsBadRequest());
  EXPECT_THAT(Put(target_ + "/adm", "{}"), IsBadRequest());
}

TEST_F(ChannelsOperationsTest, ListHasWhatIsSetAndInApp) {
  Put(target_ + "/sms", R"({"Enabled":false})");
  const Reply reply = Get(target_);
  EXPECT_THAT(reply, JsonAt("/Channels/SMS/Enabled", false));
  EXPECT_THAT(reply, JsonAt("/Channels/IN_APP/Enabled", true));
  EXPECT_THAT(reply, JsonAt("/Channels/IN_APP/Version", 0));
  EXPECT_THAT(reply, JsonLacks("/Channels/EMAIL"));
}

TEST_F(ChannelsOperationsTest, UnknownApplicationIsNotFound) {
  EXPECT_THAT(Get("/v1/apps/none/channels"), IsNotFound());
  EXPECT_THAT(Put("/v1/apps/none/channels/voice", "{}"), IsNotFound());
}

}  // namespace
}  // namespace pinion::api
