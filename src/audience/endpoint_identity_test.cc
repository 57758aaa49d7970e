#include "audience/endpoint_identity.h"

#include <gtest/gtest.h>

namespace pinion::audience {
namespace {

using model::ChannelType;

TEST(EndpointIdentityTest, KeysDifferFromIdsInAsciiCaseOnly) {
  EXPECT_EQ(EndpointKey("Phone-Ä1"), "phone-Ä1");
}

TEST(EndpointIdentityTest, CohortIsAFixedFunctionOfApplicationAndId) {
  // The first eight bytes of SHA-256("app|e1"), modulo 100.
  EXPECT_EQ(CohortOf("app", "e1"), CohortOf("app", "E1"));
  EXPECT_EQ(CohortOf("app", "e1"), 53);
}

TEST(EndpointIdentityTest, AddressesAreTheSameByTheRuleOfTheirChannel) {
  EXPECT_TRUE(SameAddress(ChannelType::kEmail, "A@b.C", "a@B.c"));
  EXPECT_TRUE(SameAddress(ChannelType::kSms, "+1 206-555", "1206555"));
  EXPECT_TRUE(SameAddress(ChannelType::kVoice, "+1206", "1206"));
  EXPECT_FALSE(SameAddress(ChannelType::kSms, "+1206", "+1207"));
  EXPECT_FALSE(SameAddress(ChannelType::kSms, "<your number>", "<another number>"));
  EXPECT_FALSE(SameAddress(ChannelType::kGcm, "A", "a"));
}

TEST(EndpointIdentityTest, DerivedIdIsBase32OfTheHashOfWhatIdentifiesARow) {
  EXPECT_EQ(DerivedEndpointId(ChannelType::kEmail, "A@example.com", "u"),
            "oxvj6itwcaopasfwsqznsfeirq");
  EXPECT_EQ(DerivedEndpointId(ChannelType::kEmail, "A@example.com", "u"),
            DerivedEndpointId(ChannelType::kEmail, "a@example.com", "u"));
}

}  // namespace
}  // namespace pinion::audience
