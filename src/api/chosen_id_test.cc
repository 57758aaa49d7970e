// Ids that callers choose for what lies in an application (API-72).
#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using testing::IsError;
using testing::JsonAt;
using testing::Reply;

constexpr char kId[] = "0123456789abcdef0123456789abcdef";

class ChosenIdTest : public testing::ApiTest {
 protected:
  Reply CreateSegment(const std::string& id) {
    http::Headers headers;
    headers.Add("x-pinion-resource-id", id);
    return Send("POST", app_ + "/segments", R"({"Name":"s"})", headers);
  }
  Reply CreateCampaign(const std::string& id) {
    http::Headers headers;
    headers.Add("x-pinion-resource-id", id);
    const std::string segment = Post(app_ + "/segments", R"({"Name":"s"})").At("/Id").value_or("");
    return Send("POST",
                app_ + "/campaigns",
                R"({"Name":"c","IsPaused":true,"Schedule":{"StartTime":"IMMEDIATE"},"SegmentId":")" +
                    segment + R"(","MessageConfiguration":{"SMSMessage":{"Body":"hi"}}})",
                headers);
  }

  const std::string app_ = "/v1/apps/" + MakeApp();
};

TEST_F(ChosenIdTest, IsTheIdOfTheNewResource) {
  EXPECT_THAT(CreateSegment(kId), JsonAt("/Id", kId));
  EXPECT_THAT(CreateCampaign(kId), JsonAt("/Id", kId));
}

TEST_F(ChosenIdTest, MustBeThirtyTwoHexadecimalCharacters) {
  EXPECT_THAT(CreateSegment("../x"), IsError(400, "BadRequestException"));
  EXPECT_THAT(CreateCampaign("ABC"), IsError(400, "BadRequestException"));
}

TEST_F(ChosenIdTest, RestsForADayAfterItsResourceIsDeleted) {
  CreateSegment(kId);
  CreateCampaign(kId);
  EXPECT_THAT(Delete(app_ + "/segments/" + kId), HasStatus(200));
  EXPECT_THAT(Delete(app_ + "/campaigns/" + kId), HasStatus(200));

  EXPECT_THAT(CreateSegment(kId), HasStatus(409));
  EXPECT_THAT(CreateCampaign(kId), HasStatus(409));
  Advance(std::chrono::hours(24));
  EXPECT_THAT(CreateSegment(kId), HasStatus(201));
  EXPECT_THAT(CreateCampaign(kId), HasStatus(201));
}

}  // namespace
}  // namespace pinion::api
