#include "identities/web_key.h"

#include <gtest/gtest.h>

#include "identities/test_login_provider.h"
#include "identities/web_token.h"

namespace pinion::identities {
namespace {

using Kind = TestLoginProvider::Kind;

constexpr std::string_view kClaims = R"({"iss":"i","sub":"s","exp":1})";

class WebKeyTest : public ::testing::TestWithParam<Kind> {
 protected:
  static bool Verifies(const std::string& key_set, const std::string& token_text) {
    const auto keys = ParseKeySet(key_set);
    const auto token = ParseWebToken(token_text);
    EXPECT_TRUE(keys.ok() && token.ok());
    return keys->size() == 1 &&
           keys->front().Verify(token->algorithm, token->signed_text, token->signature);
  }

  const TestLoginProvider provider_{GetParam()};
};

TEST_P(WebKeyTest, ProvesASignatureOfItsOwn) {
  EXPECT_TRUE(Verifies(provider_.KeySet(), provider_.Token(kClaims)));
}

TEST_P(WebKeyTest, SignatureOfAnotherKeyIsNone) {
  const TestLoginProvider other(GetParam());
  EXPECT_FALSE(Verifies(provider_.KeySet(), other.Token(kClaims)));
}

TEST_P(WebKeyTest, ClaimsThatWereChangedAreNotSigned) {
  const std::string token = provider_.Token(kClaims);
  const std::string other = provider_.Token(R"({"iss":"i","sub":"admin","exp":1})");
  const std::string mixed = other.substr(0, other.rfind('.')) + token.substr(token.rfind('.'));

  EXPECT_FALSE(Verifies(provider_.KeySet(), mixed));
}

TEST_P(WebKeyTest, AlgorithmThatTheTokenChoseDoesNotCount) {
  for (const std::string algorithm : {"none", "HS256", "RS512", "ES384", ""}) {
    const std::string head = R"({"alg":")" + algorithm + R"(","kid":"key-1"})";
    EXPECT_FALSE(Verifies(provider_.KeySet(), provider_.TokenWithHead(head, kClaims))) << algorithm;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, WebKeyTest, ::testing::Values(Kind::kRsa, Kind::kP256));

TEST(WebKeySetTest, UnusableKeysAreLeftOut) {
  const auto keys = ParseKeySet(R"({"keys":[
    {"kty":"oct","kid":"a","n":"AQAB"},
    {"kty":"RSA","kid":"b","use":"enc","n":"AQAB","e":"AQAB"},
    {"kty":"RSA","kid":"too short","n":"AQAB","e":"AQAB"},
    {"kty":"RSA","kid":"no exponent","n":"AQAB"},
    {"kty":"EC","kid":"c","crv":"P-384","x":"AA","y":"AA"},
    {"kty":"EC","kid":"off the curve","crv":"P-256",
     "x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]})");

  ASSERT_TRUE(keys.ok()) << keys.error().message;
  EXPECT_TRUE(keys->empty());
}

TEST(WebKeySetTest, NumberOfKeysIsLimited) {
  std::string keys;
  for (size_t i = 0; i < kWebKeysMax; ++i) {
    keys += R"({"kty":"oct"},)";
  }
  EXPECT_TRUE(ParseKeySet(R"({"keys":[)" + keys.substr(0, keys.size() - 1) + "]}").ok());
  EXPECT_FALSE(ParseKeySet(R"({"keys":[)" + keys + R"({"kty":"oct"}]})").ok());
  EXPECT_FALSE(ParseKeySet("<html>").ok());
}

}  // namespace
}  // namespace pinion::identities
