#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using testing::IsBadRequest;
using testing::IsNotFound;
using testing::JsonAt;
using testing::JsonLacks;
using testing::Reply;

constexpr char kStream[] =
    R"({"DestinationStreamArn":"arn:aws:kinesis:us-east-1:123456789012:stream/shop",
        "RoleArn":"arn:aws:iam::123456789012:role/r"})";

class EventStreamsOperationsTest : public testing::ApiTest {
 protected:
  std::string app_ = "/v1/apps/" + MakeApp();
  std::string target_ = app_ + "/eventstream";
};

TEST_F(EventStreamsOperationsTest, AStreamIsPutReadAndDeleted) {
  EXPECT_THAT(Get(target_), IsNotFound());
  EXPECT_THAT(Delete(target_), IsNotFound());

  const Reply put = Post(target_, kStream);
  EXPECT_THAT(put, HasStatus(200));
  EXPECT_THAT(put, JsonAt("/LastUpdatedBy", "arn:aws:iam::123456789012:user/anonymous"));
  EXPECT_THAT(put, JsonLacks("/ExternalId"));
  EXPECT_EQ(Get(target_).body, put.body);

  EXPECT_EQ(Delete(target_).body, put.body);
  EXPECT_THAT(Get(target_), IsNotFound());
}

TEST_F(EventStreamsOperationsTest, BothMembersAreRequired) {
  EXPECT_THAT(Post(target_, R"({"RoleArn":"arn:aws:iam::1:role/r"})"), IsBadRequest());
  EXPECT_THAT(Post(target_, R"({"DestinationStreamArn":"x","RoleArn":"arn:aws:iam::1:role/r"})"),
              IsBadRequest());
  EXPECT_THAT(Get(target_), IsNotFound());
}

TEST_F(EventStreamsOperationsTest, UnknownApplicationIsNotFound) {
  EXPECT_THAT(Post("/v1/apps/none/eventstream", kStream), IsNotFound());
}

TEST_F(EventStreamsOperationsTest, StatusTellsThatNothingIsForwarded) {
  const std::string status = "/pinion" + app_ + "/sinks/eventstream/status";
  EXPECT_THAT(Get(status), IsNotFound());
  Post(target_, kStream);
  EXPECT_THAT(Get(status), JsonAt("/State", "PAUSED"));
  EXPECT_THAT(Get(status), JsonAt("/LastError", ::testing::HasSubstr("forwards no events")));
}

}  // namespace
}  // namespace pinion::api
