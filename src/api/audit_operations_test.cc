#include "testing/api_fixture.h"

namespace pinion::testing {
namespace {

class AuditOperationsTest : public ApiTest {
 protected:
  Reply Newest() { return Get("/pinion/v1/audit?page-size=1"); }
};

TEST_F(AuditOperationsTest, ChangeIsRecordedWithWhoWhatAndTheNewId) {
  const std::string app = MakeApp("shop");

  const Reply audit = Newest();
  EXPECT_THAT(audit, HasStatus(200));
  EXPECT_THAT(audit, JsonAt("/Items/0/eventName", "CreateApp"));
  EXPECT_THAT(audit, JsonAt("/Items/0/eventSource", "pinpoint.amazonaws.com"));
  EXPECT_THAT(audit, JsonAt("/Items/0/eventTime", "2026-11-23T11:15:00Z"));
  EXPECT_THAT(audit, JsonAt("/Items/0/requestParameters/Name", "shop"));
  EXPECT_THAT(audit, JsonAt("/Items/0/responseElements/Id", app));
  EXPECT_THAT(audit, JsonAt("/Items/0/userIdentity/type", "Anonymous"));
  EXPECT_THAT(audit, JsonAt("/Items/0/sourceIPAddress", "127.0.0.1"));
}

TEST_F(AuditOperationsTest, RefusedChangeIsRecordedWithItsError) {
  ASSERT_THAT(Post("/v1/apps", R"({"Name":""})"), HasStatus(400));

  EXPECT_THAT(Newest(), JsonAt("/Items/0/errorCode", "BadRequestException"));
}

TEST_F(AuditOperationsTest, ReadsAreNotRecorded) {
  ASSERT_THAT(Get("/v1/apps"), HasStatus(200));

  EXPECT_EQ(Newest().At("/Items/0"), std::nullopt);
}

TEST_F(AuditOperationsTest, SecretsOfAChannelAreMasked) {
  const std::string app = MakeApp();
  ASSERT_THAT(
      Put("/v1/apps/" + app + "/channels/gcm", R"({"ApiKey":"very-secret-key","Enabled":true})"),
      HasStatus(200));

  EXPECT_THAT(Newest(), JsonAt("/Items/0/requestParameters/ApiKey", "***"));
  EXPECT_THAT(Newest(), JsonAt("/Items/0/requestParameters/application-id", app));
  EXPECT_EQ(Get("/pinion/v1/audit").body.find("very-secret-key"), std::string::npos);
}

TEST_F(AuditOperationsTest, BodyOverTenKilobytesIsCut) {
  ASSERT_THAT(Post("/v1/apps", R"({"Name":"shop","x":")" + std::string(20'000, 'a') + "\"}"),
              HasStatus(201));

  const Reply audit = Newest();
  EXPECT_THAT(audit, JsonAt("/Items/0/requestParameters/bodyBytes", 20'022));
  EXPECT_LT(audit.body.size(), 12'000u);
}

TEST_F(AuditOperationsTest, EventsAndMessagesAreNotRecorded) {
  const std::string app = MakeApp();
  Post("/v1/apps/" + app + "/events", R"({"BatchItem":{}})");
  Post("/v1/apps/" + app + "/messages", "{}");

  EXPECT_THAT(Newest(), JsonAt("/Items/0/eventName", "CreateApp"));
}

TEST_F(AuditOperationsTest, NativeCallIsNamedByMethodAndPath) {
  ASSERT_THAT(Post("/pinion/v1/clock", R"({"AdvanceSeconds":1})"), HasStatus(200));

  EXPECT_THAT(Newest(), JsonAt("/Items/0/eventName", "POST /clock"));
  EXPECT_THAT(Newest(), JsonAt("/Items/0/eventSource", "pinion"));
}

TEST_F(AuditOperationsTest, ListFiltersAndPages) {
  const std::string first = MakeApp("first");
  const std::string second = MakeApp("second");
  ASSERT_THAT(Delete("/v1/apps/" + first), HasStatus(200));

  EXPECT_THAT(Get("/pinion/v1/audit?operation=DeleteApp"),
              JsonAt("/Items/0/requestParameters/application-id", first));
  EXPECT_EQ(Get("/pinion/v1/audit?resource=" + second).At("/Items/0"), std::nullopt);
  const auto token = Get("/pinion/v1/audit?page-size=2").At("/NextToken");
  ASSERT_TRUE(token);
  EXPECT_THAT(Get("/pinion/v1/audit?page-size=2&token=" + *token),
              JsonAt("/Items/0/requestParameters/Name", "first"));
}

TEST_F(AuditOperationsTest, BadTimeIsRefused) {
  EXPECT_THAT(Get("/pinion/v1/audit?from=yesterday"), IsError(400, "BadRequestException"));
}

}  // namespace
}  // namespace pinion::testing
