#include "delivery/wire_address.h"

#include <gtest/gtest.h>

namespace pinion::delivery {
namespace {

std::string Wire(std::string_view channel, std::string_view address) {
  const auto wire = WireAddress(channel, address);
  return wire.ok() ? *wire : "refused";
}

TEST(WireAddressTest, MailboxesLoseTheirName) {
  EXPECT_EQ(Wire("EMAIL", "Ann <a@example.com>"), "a@example.com");
  EXPECT_EQ(Wire("EMAIL", "<your email address>"), "refused");
}

TEST(WireAddressTest, NumbersAreAPlusAndDigits) {
  EXPECT_EQ(Wire("SMS", "1 (206) 555-0100"), "+12065550100");
  EXPECT_EQ(Wire("SMS", "+1206555"), "refused");
  EXPECT_EQ(Wire("SMS", "+12065550100123456"), "refused");
  EXPECT_EQ(Wire("VOICE", "call me"), "refused");
}

TEST(WireAddressTest, TokensStayAsTheyAre) {
  EXPECT_EQ(Wire("GCM", "a b"), "a b");
}

}  // namespace
}  // namespace pinion::delivery
