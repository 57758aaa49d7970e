#include "api/session_guard.h"

#include "api/session_authenticator.h"
#include "testing/api_fixture.h"

namespace pinion::api {
namespace {

class SessionGuardTest : public testing::ApiTest {
 protected:
  SessionGuard Guard(SessionGuard::Options options = {}) {
    return {std::move(options), console().login()};
  }
  static http::Request RequestTo(const std::string& host, const std::string& origin) {
    http::Request request;
    request.method = "POST";
    request.peer_address = "10.0.0.1";
    request.headers.Add("Host", host);
    request.headers.Add("Origin", origin);
    return request;
  }
  static std::string TokenOf(const std::vector<std::string>& cookies) {
    http::Request request;
    for (const std::string& cookie : cookies) {
      request.headers.Add("Cookie", cookie);
    }
    return std::string(SessionGuard::TokenOf(request));
  }
};

TEST_F(SessionGuardTest, TokenIsFoundAmongOtherCookies) {
  EXPECT_EQ(TokenOf({"pinion_session=abc"}), "abc");
  EXPECT_EQ(TokenOf({"a=b; pinion_session=abc; c=d"}), "abc");
  EXPECT_EQ(TokenOf({"a=b", "c=d;pinion_session=abc"}), "abc");
  EXPECT_EQ(TokenOf({"xpinion_session=abc; pinion_session2=d; pinion_session"}), "");
  EXPECT_EQ(TokenOf({"", ";", ";;", "=", "pinion_session="}), "");
  EXPECT_EQ(TokenOf({}), "");
}

TEST_F(SessionGuardTest, OriginIsSchemeAndHostOfTheRequest) {
  const SessionGuard guard = Guard();

  EXPECT_TRUE(guard.HasOwnOrigin(RequestTo("localhost:8080", "http://localhost:8080")));
  EXPECT_TRUE(guard.HasOwnOrigin(RequestTo("localhost:8080", "http://LOCALHOST:8080")));
  EXPECT_FALSE(guard.HasOwnOrigin(RequestTo("localhost:8080", "http://localhost")));
  EXPECT_FALSE(guard.HasOwnOrigin(RequestTo("localhost:8080", "https://localhost:8080")));
  http::Request over_tls = RequestTo("pinion.example", "https://pinion.example");
  over_tls.tls = true;
  EXPECT_TRUE(guard.HasOwnOrigin(over_tls));
  EXPECT_FALSE(guard.HasOwnOrigin(RequestTo("", "http://")));
}

TEST_F(SessionGuardTest, PublicUrlIsAnOwnOrigin) {
  const SessionGuard guard = Guard({.public_url = "https://pinion.example/path"});

  EXPECT_TRUE(guard.HasOwnOrigin(RequestTo("10.0.0.2:8080", "https://pinion.example")));
  EXPECT_FALSE(guard.HasOwnOrigin(RequestTo("10.0.0.2:8080", "https://pinion.example.evil")));
}

TEST_F(SessionGuardTest, OnlyTrustedProxiesSpeakForTheBrowser) {
  http::Request request = RequestTo("10.0.0.2:8080", "https://pinion.example");
  request.headers.Add("X-Forwarded-Proto", "https");
  request.headers.Add("X-Forwarded-Host", "pinion.example");
  const SessionGuard trusting =
      Guard({.trusted_proxies = *http::TrustedProxies::Make({"10.0.0.1"})});

  EXPECT_TRUE(trusting.HasOwnOrigin(request));
  EXPECT_TRUE(trusting.IsSecure(request));
  EXPECT_FALSE(Guard().HasOwnOrigin(request));
  EXPECT_FALSE(Guard().IsSecure(request));
}

TEST_F(SessionGuardTest, WhoMustSetUpCodesMayDoNothingElse) {
  ASSERT_TRUE(console().users().Create({.name = "ann", .password = "correct horse"}).ok());
  users::ConsoleLogin strict({.users = console().users(),
                              .sessions = console().sessions(),
                              .keys = keys(),
                              .hasher = console().hasher()},
                             {.require_totp = true});
  const SessionGuard guard({}, strict);
  const AnonymousAuthenticator signatures("us-east-1", "123456789012");
  const SessionAuthenticator authenticator({.account_id = "123456789012", .region = "us-east-1"},
                                           {signatures, guard, keys(), clock()});
  http::Request request;
  request.method = "GET";
  request.headers.Add("Cookie",
                      "pinion_session=" + strict.WithPassword({"ann", "correct horse"})->token);

  const auto result = authenticator.Authenticate(request);

  ASSERT_TRUE(std::holds_alternative<AuthenticationFailure>(result));
  EXPECT_EQ(std::get<AuthenticationFailure>(result).exception, "ForbiddenException");
  EXPECT_TRUE(std::holds_alternative<users::SessionInUse>(guard.Check(request)));
}

}  // namespace
}  // namespace pinion::api
