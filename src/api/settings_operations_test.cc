#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using testing::IsBadRequest;
using testing::IsNotFound;
using testing::JsonAt;
using testing::Reply;

class SettingsOperationsTest : public testing::ApiTest {
 protected:
  std::string target_ = "/v1/apps/" + MakeApp() + "/settings";
};

TEST_F(SettingsOperationsTest, FourObjectsAreThereFromTheStart) {
  const Reply reply = Get(target_);

  EXPECT_THAT(reply, HasStatus(200));
  for (const char* member : {"/CampaignHook", "/Limits", "/QuietTime", "/JourneyLimits"}) {
    EXPECT_THAT(reply, JsonAt(member, "{}"));
  }
}

TEST_F(SettingsOperationsTest, EmptyUpdateIsAccepted) {
  EXPECT_THAT(Put(target_, "{}"), HasStatus(200));
}

TEST_F(SettingsOperationsTest, UpdateIsReadBack) {
  Advance(std::chrono::seconds(60));
  Put(target_, R"({"Limits":{"Daily":0,"Total":5},"EventTaggingEnabled":true})");

  const Reply reply = Get(target_);
  EXPECT_THAT(reply, JsonAt("/Limits", R"({"Daily":0,"Total":5})"));
  EXPECT_THAT(reply, JsonAt("/EventTaggingEnabled", true));
  EXPECT_THAT(reply, JsonAt("/LastModifiedDate", "2026-11-23T11:16:00.000Z"));
}

TEST_F(SettingsOperationsTest, BadQuietTimeIsRefused) {
  EXPECT_THAT(Put(target_, R"({"QuietTime":{"Start":"9:00","End":"10:00"}})"), IsBadRequest());
}

TEST_F(SettingsOperationsTest, UnknownApplicationIsNotFound) {
  EXPECT_THAT(Get("/v1/apps/none/settings"), IsNotFound());
  EXPECT_THAT(Put("/v1/apps/none/settings", "{}"), IsNotFound());
}

}  // namespace
}  // namespace pinion::api
