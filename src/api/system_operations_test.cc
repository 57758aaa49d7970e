#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using testing::IsBadRequest;
using testing::JsonAt;

class SystemOperationsTest : public testing::ApiTest {};

TEST_F(SystemOperationsTest, ClockMovesWhenItIsTold) {
  EXPECT_THAT(Get("/pinion/v1/clock"), JsonAt("/Now", "2026-11-23T11:15:00.000Z"));
  EXPECT_THAT(Post("/pinion/v1/clock", R"({"AdvanceSeconds":90})"),
              JsonAt("/Now", "2026-11-23T11:16:30.000Z"));
  EXPECT_THAT(Get("/pinion/v1/clock"), JsonAt("/Now", "2026-11-23T11:16:30.000Z"));
}

TEST_F(SystemOperationsTest, ClockDoesNotGoBackNorTooFar) {
  EXPECT_THAT(Post("/pinion/v1/clock", R"({"AdvanceSeconds":-1})"), IsBadRequest());
  EXPECT_THAT(Post("/pinion/v1/clock", R"({"AdvanceSeconds":315360001})"), IsBadRequest());
  EXPECT_THAT(Post("/pinion/v1/clock", "{}"), IsBadRequest());
}

TEST_F(SystemOperationsTest, SystemTellsModeAndCounts) {
  MakeApp();
  const auto reply = Get("/pinion/v1/system");
  EXPECT_THAT(reply, JsonAt("/Clock", "manual"));
  EXPECT_THAT(reply, JsonAt("/AuthMode", "none"));
  EXPECT_THAT(reply, JsonAt("/Counts/Applications", 1));
}

TEST_F(SystemOperationsTest, WhoAmIIsAnonymousWithoutAuthentication) {
  EXPECT_THAT(Get("/pinion/v1/whoami"), JsonAt("/Type", "anonymous"));
}

TEST_F(SystemOperationsTest, EveryCallerMayReadTheDescriptionOfTheApis) {
  AsCallerWith({"Sender"});
  const auto reply = Get("/pinion/v1/openapi.json");
  EXPECT_THAT(reply, HasStatus(200));
  EXPECT_THAT(reply, JsonAt("/openapi", "3.1.0"));
  EXPECT_THAT(reply, JsonAt("/paths/~1v1~1apps/post/operationId", "CreateApp"));
  EXPECT_THAT(reply, JsonAt("/paths/~1pinion~1v1~1openapi.json/get/operationId", "GetOpenApi"));
}

}  // namespace
}  // namespace pinion::api
