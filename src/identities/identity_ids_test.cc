#include "identities/identity_ids.h"

#include <set>

#include <gtest/gtest.h>

namespace pinion::identities {
namespace {

using Origin = IdentityIds::Origin;

constexpr std::string_view kPool = "eu-west-1:2f0b1d9e-0000-4000-8000-000000000001";
constexpr std::string_view kOtherPool = "eu-west-1:2f0b1d9e-0000-4000-8000-000000000002";
constexpr Login kAnn{"https://accounts.example.com", "ann"};

class IdentityIdsTest : public ::testing::Test {
 protected:
  base::SeededRandom random_{3};
  const IdentityIds ids_{"the key of this server", random_};
};

TEST_F(IdentityIdsTest, GuestsAreNewEachTimeAndOfTheirPool) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string id = ids_.NewGuest(kPool);
    ASSERT_TRUE(IsWellFormedId(id)) << id;
    EXPECT_EQ(RegionOfId(id), "eu-west-1");
    EXPECT_EQ(ids_.Recognise(id).origin, Origin::kGuest);
    EXPECT_EQ(ids_.Recognise(id).pool_mark, IdentityIds::MarkOf(kPool));
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST_F(IdentityIdsTest, LoginHasOneIdentityInAPool) {
  EXPECT_EQ(ids_.OfLogin(kPool, kAnn), ids_.OfLogin(kPool, kAnn));
  EXPECT_NE(ids_.OfLogin(kPool, kAnn), ids_.OfLogin(kOtherPool, kAnn));
  EXPECT_NE(ids_.OfLogin(kPool, kAnn), ids_.OfLogin(kPool, {kAnn.issuer, "bob"}));
  EXPECT_EQ(ids_.Recognise(ids_.OfLogin(kPool, kAnn)).origin, Origin::kLogin);
}

TEST_F(IdentityIdsTest, TextMovedFromIssuerToSubjectIsAnotherLogin) {
  EXPECT_NE(ids_.OfLogin(kPool, {"https://a", "bc"}), ids_.OfLogin(kPool, {"https://ab", "c"}));
}

TEST_F(IdentityIdsTest, IdsOfOthersAreForeign) {
  EXPECT_EQ(ids_.Recognise("us-east-1:0c1f7c4a-6d0c-4a6e-9d0e-1b7f7f3f0a11").origin,
            Origin::kForeign);
  const IdentityIds other("the key of another server", random_);
  EXPECT_EQ(ids_.Recognise(other.NewGuest(kPool)).origin, Origin::kForeign);
}

TEST_F(IdentityIdsTest, AlteredIdIsForeign) {
  std::string id = ids_.OfLogin(kPool, kAnn);
  id.back() = id.back() == '0' ? '1' : '0';

  EXPECT_EQ(ids_.Recognise(id).origin, Origin::kForeign);
}

TEST_F(IdentityIdsTest, WellFormedIsRegionColonUuid) {
  EXPECT_TRUE(IsWellFormedId(kPool));
  EXPECT_TRUE(IsWellFormedId(ids_.NewPool("us-east-1")));
  for (const std::string_view wrong : {"",
                                       "us-east-1",
                                       ":2f0b1d9e-0000-4000-8000-000000000001",
                                       "us east:2f0b1d9e-0000-4000-8000-000000000001",
                                       "us-east-1:2f0b1d9e-0000-4000-8000-00000000000",
                                       "us-east-1:2f0b1d9e-0000-4000-8000-0000000000011",
                                       "us-east-1:2f0b1d9e00004000-8000-000000000001-000",
                                       "us-east-1:2f0b1d9e-0000-4000-8000-00000000000g"}) {
    EXPECT_FALSE(IsWellFormedId(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace pinion::identities
