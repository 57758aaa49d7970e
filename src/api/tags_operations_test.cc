#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

using testing::HasStatus;
using testing::IsBadRequest;
using testing::IsNotFound;
using testing::JsonAt;
using testing::Reply;

class TagsOperationsTest : public testing::ApiTest {
 protected:
  std::string app_ = MakeApp();
  std::string target_ = "/v1/tags/arn:aws:mobiletargeting:us-east-1:123456789012:apps/" + app_;
};

TEST_F(TagsOperationsTest, TagAnswers204WithoutBodyAndAddsTheTags) {
  const Reply reply = Post(target_, R"({"tags":{"env":"prod"}})");

  EXPECT_THAT(reply, HasStatus(204));
  EXPECT_EQ(reply.body, "");
  EXPECT_EQ(reply.Header("Content-Type"), "");
  EXPECT_THAT(Get(target_), JsonAt("/tags/env", "prod"));
  EXPECT_THAT(Get("/v1/apps/" + app_), JsonAt("/tags/env", "prod"));
}

TEST_F(TagsOperationsTest, UntagTakesRepeatedKeys) {
  Post(target_, R"({"tags":{"a":"1","b":"2","c":"3"}})");

  EXPECT_THAT(Delete(target_ + "?tagKeys=a&tagKeys=c&tagKeys=none"), HasStatus(204));
  EXPECT_THAT(Get(target_), JsonAt("/tags", R"({"b":"2"})"));
}

TEST_F(TagsOperationsTest, MissingTagsOrKeysAreRefused) {
  EXPECT_THAT(Post(target_, "{}"), IsBadRequest());
  EXPECT_THAT(Delete(target_), IsBadRequest());
}

TEST_F(TagsOperationsTest, EscapedArnIsTheSame) {
  EXPECT_THAT(Get("/v1/tags/arn%3Aaws%3Amobiletargeting%3Ax%3Ay%3Aapps%2F" + app_),
              JsonAt("/tags", "{}"));
}

TEST_F(TagsOperationsTest, MalformedArnIsRefusedAndUnknownResourceNotFound) {
  EXPECT_THAT(Get("/v1/tags/apps%2F" + app_), IsBadRequest());
  EXPECT_THAT(Get("/v1/tags/arn:aws:mobiletargeting:x:y:recommenders/1"), IsBadRequest());
  EXPECT_THAT(Get("/v1/tags/arn:aws:mobiletargeting:x:y:apps/none"), IsNotFound());
}

}  // namespace
}  // namespace pinion::api
