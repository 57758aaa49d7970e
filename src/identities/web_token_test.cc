#include "identities/web_token.h"

#include <gtest/gtest.h>

#include "base/base64.h"

namespace pinion::identities {
namespace {

constexpr int64_t kNow = 1'795'432'500;
const std::vector<std::string> kAudiences = {"web-app", "phone-app"};

std::string TokenOf(std::string_view claims, std::string_view head = R"({"alg":"RS256"})") {
  return base::Base64UrlEncode(head) + "." + base::Base64UrlEncode(claims) + "." +
         base::Base64UrlEncode("signature");
}

base::Status Judge(const std::string& claims) {
  const std::string text = TokenOf(claims);
  const auto token = ParseWebToken(text);
  EXPECT_TRUE(token.ok());
  return JudgeClaims(*token,
                     {.issuer = "https://accounts.example.com",
                      .audiences = kAudiences,
                      .now = base::TimestampFromMillis(kNow * 1000)});
}

std::string Claims(const std::string& audience, int64_t expires_in, const std::string& more = "") {
  return R"({"iss":"https://accounts.example.com","sub":"ann",)" + audience + R"(,"exp":)" +
         std::to_string(kNow + expires_in) + more + "}";
}

TEST(WebTokenTest, TellsItsClaims) {
  const std::string text =
      TokenOf(R"({"iss":"i","sub":"s","aud":["a","b"],"client_id":"c","exp":12.5,"nbf":3})",
              R"({"alg":"ES256","kid":"k","typ":"JWT"})");
  const auto token = ParseWebToken(text);

  ASSERT_TRUE(token.ok()) << token.error().message;
  EXPECT_EQ(token->algorithm, "ES256");
  EXPECT_EQ(token->key_id, "k");
  EXPECT_EQ(token->issuer, "i");
  EXPECT_EQ(token->subject, "s");
  EXPECT_EQ(token->audiences, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(token->expires_at, 12.5);
  EXPECT_EQ(token->not_before, 3);
  EXPECT_EQ(token->signature, "signature");
  EXPECT_EQ(token->signed_text, text.substr(0, text.rfind('.')));
}

TEST(WebTokenTest, WhatIsNoTokenIsRefused) {
  for (const std::string& text :
       {std::string(),
        std::string("a.b"),
        std::string("a.b.c.d"),
        std::string("!.!.!"),
        TokenOf("[]"),
        TokenOf(R"({"iss":"i","sub":"s"})"),
        TokenOf(R"({"iss":"i","sub":"","exp":1})"),
        TokenOf(R"({"iss":"i","sub":"s","exp":1,"aud":{}})"),
        TokenOf(R"({"iss":"i","sub":"s","exp":1})", "{}"),
        TokenOf(R"({"iss":"i","sub":"s","exp":1})", R"({"alg":"RS256","crit":["b64"]})"),
        std::string(kWebTokenBytesMax + 1, 'a')}) {
    EXPECT_FALSE(ParseWebToken(text).ok()) << text.substr(0, 100);
  }
}

TEST(WebTokenTest, AudienceMayBeOneOfSeveralOrAClientId) {
  EXPECT_TRUE(Judge(Claims(R"("aud":"web-app")", 60)).ok());
  EXPECT_TRUE(Judge(Claims(R"("aud":["x","phone-app"])", 60)).ok());
  EXPECT_TRUE(Judge(Claims(R"("client_id":"web-app")", 60)).ok());
  EXPECT_FALSE(Judge(Claims(R"("aud":"other")", 60)).ok());
  EXPECT_FALSE(Judge(Claims(R"("aud":[])", 60)).ok());
}

TEST(WebTokenTest, TimesAreTakenWithTolerance) {
  const std::string audience = R"("aud":"web-app")";
  EXPECT_TRUE(Judge(Claims(audience, -299)).ok());
  EXPECT_FALSE(Judge(Claims(audience, -300)).ok());
  EXPECT_TRUE(Judge(Claims(audience, 900, R"(,"nbf":)" + std::to_string(kNow + 300))).ok());
  EXPECT_FALSE(Judge(Claims(audience, 900, R"(,"nbf":)" + std::to_string(kNow + 301))).ok());
}

TEST(WebTokenTest, IssuerMustBeTheVeryOne) {
  EXPECT_FALSE(
      Judge(R"({"iss":"https://accounts.example.com/","sub":"ann","aud":"web-app","exp":9e9})")
          .ok());
}

}  // namespace
}  // namespace pinion::identities
