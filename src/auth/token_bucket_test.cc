#include "auth/token_bucket.h"

#include <gtest/gtest.h>

#include "auth/address_limits.h"

namespace pinion::auth {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr base::Timestamp kStart{milliseconds{1'795'432'500'000}};

TEST(TokenBucketTest, LetsTheBurstThroughAndThenTheRate) {
  TokenBucket bucket({2, 3});
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(bucket.Take(kStart).has_value()) << i;
  }

  EXPECT_EQ(bucket.Take(kStart), seconds(1));
  EXPECT_EQ(bucket.Take(kStart + milliseconds(499)), seconds(1));
  EXPECT_FALSE(bucket.Take(kStart + milliseconds(500)).has_value());
  EXPECT_TRUE(bucket.Take(kStart + milliseconds(500)).has_value());
}

TEST(TokenBucketTest, TellsHowLongToWait) {
  TokenBucket bucket({0.1, 1});
  ASSERT_FALSE(bucket.Take(kStart).has_value());

  EXPECT_EQ(bucket.Take(kStart), seconds(10));
  EXPECT_EQ(bucket.Take(kStart + seconds(4)), seconds(6));
}

TEST(TokenBucketTest, SavesNoMoreThanTheBurst) {
  TokenBucket bucket({10, 2});
  ASSERT_FALSE(bucket.Take(kStart).has_value());

  const base::Timestamp later = kStart + seconds(3600);
  EXPECT_TRUE(bucket.IsFull(later));
  EXPECT_FALSE(bucket.Take(later).has_value());
  EXPECT_FALSE(bucket.Take(later).has_value());
  EXPECT_TRUE(bucket.Take(later).has_value());
}

TEST(TokenBucketTest, TimeThatGoesBackGivesNothing) {
  TokenBucket bucket({1, 1});
  ASSERT_FALSE(bucket.Take(kStart).has_value());

  EXPECT_TRUE(bucket.Take(kStart - seconds(100)).has_value());
  EXPECT_TRUE(bucket.Take(kStart).has_value());
}

TEST(AddressLimitsTest, EveryCallerHasItsOwnBucket) {
  AddressLimits limits({.limit = {1, 1}});
  EXPECT_FALSE(limits.Take("10.0.0.1", kStart).has_value());
  EXPECT_TRUE(limits.Take("10.0.0.1", kStart).has_value());
  EXPECT_FALSE(limits.Take("10.0.0.2", kStart).has_value());
}

TEST(AddressLimitsTest, ForgetsCallersWhoseBucketIsFullFirst) {
  AddressLimits limits({.limit = {1, 1}, .callers_max = 2});
  limits.Take("quiet", kStart - seconds(10));
  limits.Take("busy", kStart);

  limits.Take("new", kStart);

  EXPECT_TRUE(limits.Take("busy", kStart).has_value());
  EXPECT_FALSE(limits.Take("quiet", kStart).has_value());
}

}  // namespace
}  // namespace pinion::auth
