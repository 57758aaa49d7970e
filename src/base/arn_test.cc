#include "base/arn.h"

#include <gtest/gtest.h>

namespace pinion::base {
namespace {

TEST(ArnTest, PartitionFollowsTheRegion) {
  EXPECT_EQ(MakeArn({"us-east-1", "123456789012"}, "apps/x"),
            "arn:aws:mobiletargeting:us-east-1:123456789012:apps/x");
  EXPECT_EQ(MakeArn({"cn-north-1", "1"}, "apps/x"),
            "arn:aws-cn:mobiletargeting:cn-north-1:1:apps/x");
  EXPECT_EQ(MakeArn({"us-gov-west-1", "1"}, "r"),
            "arn:aws-us-gov:mobiletargeting:us-gov-west-1:1:r");
}

TEST(ArnTest, ResourceIsTakenWhateverRegionAndAccount) {
  EXPECT_EQ(ResourceOfArn("arn:aws:mobiletargeting:eu-west-1:9:apps/x/campaigns/y"),
            "apps/x/campaigns/y");
  EXPECT_EQ(ResourceOfArn("arn:aws:mobiletargeting:::templates/a:b/EMAIL"), "templates/a:b/EMAIL");
}

TEST(ArnTest, PartsAreThoseBetweenTheColons) {
  const auto parts = ParseArn("arn:aws-cn:kinesis:cn-north-1:42:stream/a:b");
  ASSERT_TRUE(parts.has_value());
  EXPECT_EQ(parts->partition, "aws-cn");
  EXPECT_EQ(parts->service, "kinesis");
  EXPECT_EQ(parts->region, "cn-north-1");
  EXPECT_EQ(parts->account, "42");
  EXPECT_EQ(parts->resource, "stream/a:b");
  EXPECT_FALSE(ParseArn("arn:aws::r:a:x"));
  EXPECT_FALSE(ParseArn("arn:aws:iam::42"));
}

TEST(ArnTest, OtherFormsAreNone) {
  for (const char* text : {"",
                           "apps/x",
                           "arn:aws:s3:::bucket",
                           "arn:aws:mobiletargeting:r:a:",
                           "arn::mobiletargeting:r:a:apps/x",
                           "arn:aws:mobiletargeting:r:a"}) {
    EXPECT_FALSE(ResourceOfArn(text)) << text;
  }
}

}  // namespace
}  // namespace pinion::base
