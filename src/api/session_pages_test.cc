#include "api/session_pages.h"

#include "testing/api_fixture.h"
#include "users/one_time_code.h"

namespace pinion::api {
namespace {

using ::testing::AllOf;
using testing::HasStatus;
using ::testing::HasSubstr;
using testing::IsError;
using testing::JsonAt;
using ::testing::MatchesRegex;
using ::testing::Not;
using testing::Reply;

constexpr char kSession[] = "/pinion/v1/session";
constexpr char kTotp[] = "/pinion/v1/session/totp";
constexpr char kLogin[] = R"({"UserName":"ann","Password":"correct horse"})";

class SessionPagesTest : public testing::ApiTest {
 protected:
  // What a browser keeps of a login.
  struct Browser {
    std::string token;
    std::string csrf;
  };

  void SetUp() override { MakeUser("ann", {"Marketer"}); }
  void MakeUser(const std::string& name, const std::vector<std::string>& policies) {
    ASSERT_TRUE(console()
                    .users()
                    .Create({.name = name, .policies = policies, .password = "correct horse"})
                    .ok());
  }
  static std::string TokenIn(const Reply& reply) {
    const std::string cookie = reply.Header("Set-Cookie");
    const size_t begin = cookie.find('=') + 1;
    return cookie.substr(begin, cookie.find(';') - begin);
  }
  static Browser BrowserOf(const Reply& login) {
    return {TokenIn(login), login.At("/CsrfToken").value_or("")};
  }
  Browser LogIn(const std::string& body = kLogin) {
    const Reply reply = Post(kSession, body);
    EXPECT_THAT(reply, HasStatus(200));
    return BrowserOf(reply);
  }
  static http::Headers HeadersOf(const Browser& browser) {
    http::Headers headers;
    headers.Add("Host", "localhost");
    headers.Add("Cookie", "theme=dark; pinion_session=" + browser.token);
    headers.Add("x-pinion-csrf", browser.csrf);
    return headers;
  }
  Reply As(const Browser& browser,
           const std::string& method,
           const std::string& target,
           const std::string& body = "") {
    return Send(method, target, body, HeadersOf(browser));
  }
  // The secret of the codes that the user has from then on.
  std::string GiveTotp(const std::string& name) {
    const std::string secret = *console().users().PrepareTotp(name);
    EXPECT_TRUE(console().users().ConfirmTotp(name, CodeNow(secret)).ok());
    return secret;
  }
  std::string CodeNow(const std::string& secret) {
    return users::TotpCode(secret, users::TotpStepOf(clock().Now()));
  }
};

TEST_F(SessionPagesTest, LoginAnswersPrincipalAndCookie) {
  const Reply reply = Post(kSession, kLogin);

  ASSERT_THAT(reply, HasStatus(200));
  EXPECT_THAT(reply, JsonAt("/Principal/Name", "ann"));
  EXPECT_THAT(reply, JsonAt("/Principal/Type", "user"));
  EXPECT_THAT(reply, JsonAt("/Principal/Arn", "arn:aws:iam::123456789012:user/ann"));
  EXPECT_THAT(reply, JsonAt("/Principal/Policies/0", "Marketer"));
  EXPECT_THAT(reply, JsonAt("/ExpiresAt", "2026-11-30T11:15:00.000Z"));
  EXPECT_THAT(reply.Header("Set-Cookie"),
              MatchesRegex("pinion_session=[A-Za-z0-9]{43}; Path=/; HttpOnly; SameSite=Strict"));
  EXPECT_EQ(reply.Header("Cache-Control"), "no-store");
}

TEST_F(SessionPagesTest, WrongLoginsAnswerTheSame) {
  MakeUser("careful", {"Marketer"});
  GiveTotp("careful");
  const std::string text = *Post(kSession, R"({"UserName":"bob","Password":"x"})").At("/Message");
  for (const char* body : {R"({"UserName":"ann","Password":"wrong horse"})",
                           R"({"UserName":"careful","Password":"correct horse"})",
                           R"({"AccessKeyId":"PNAKNONE","SecretAccessKey":"x"})"}) {
    const Reply refused = Post(kSession, body);
    EXPECT_THAT(refused, IsError(403, "ForbiddenException")) << body;
    EXPECT_THAT(refused, JsonAt("/Message", text)) << body;
    EXPECT_EQ(refused.Header("Set-Cookie"), "");
  }
}

TEST_F(SessionPagesTest, LoginTakesOnePairOfCredentials) {
  for (const char* body : {"{}",
                           R"({"UserName":"ann"})",
                           R"({"Password":"correct horse"})",
                           R"({"UserName":"ann","SecretAccessKey":"x"})",
                           R"({"UserName":"a","Password":"b","AccessKeyId":"c"})",
                           "[]",
                           "no json"}) {
    EXPECT_THAT(Post(kSession, body), IsError(400, "BadRequestException")) << body;
  }
  EXPECT_THAT(Post(kSession, std::string(kSessionBodyBytesMax + 1, ' ')),
              IsError(413, "PayloadTooLargeException"));
}

TEST_F(SessionPagesTest, SessionTellsAndEnds) {
  const Browser ann = LogIn();

  const Reply told = As(ann, "GET", kSession);
  EXPECT_THAT(told, JsonAt("/Principal/Name", "ann"));
  EXPECT_THAT(told, JsonAt("/CsrfToken", ann.csrf));
  const Reply ended = As(ann, "DELETE", kSession);

  EXPECT_THAT(ended, HasStatus(204));
  EXPECT_THAT(ended.Header("Set-Cookie"), HasSubstr("pinion_session=; "));
  EXPECT_THAT(ended.Header("Set-Cookie"), HasSubstr("Max-Age=0"));
  EXPECT_THAT(As(ann, "GET", kSession), IsError(403, "ExpiredTokenException"));
  EXPECT_THAT(Get(kSession), IsError(403, "MissingAuthenticationTokenException"));
}

TEST_F(SessionPagesTest, SessionActsAsItsUser) {
  const std::string app = MakeApp();
  const Browser ann = LogIn();

  const Reply self = As(ann, "GET", "/pinion/v1/whoami");
  EXPECT_THAT(self, JsonAt("/Type", "user"));
  EXPECT_THAT(self, JsonAt("/Name", "ann"));
  EXPECT_THAT(self, JsonAt("/Arn", "arn:aws:iam::123456789012:user/ann"));
  EXPECT_THAT(As(ann, "GET", "/v1/apps/" + app), HasStatus(200));
  EXPECT_THAT(As(ann, "POST", "/v1/apps/" + app + "/segments", R"({"Name":"all"})"),
              HasStatus(201));
  const Reply refused = As(ann, "DELETE", "/v1/apps/" + app);
  EXPECT_THAT(refused, IsError(403, "ForbiddenException"));
  EXPECT_THAT(refused.body, HasSubstr("User: arn:aws:iam::123456789012:user/ann is not"));
}

TEST_F(SessionPagesTest, ChangesNeedTheCsrfToken) {
  MakeUser("root", {"Administrator"});
  const Browser root = LogIn(R"({"UserName":"root","Password":"correct horse"})");
  const Browser without{root.token, ""};
  const Browser other{root.token, LogIn().csrf};

  EXPECT_THAT(As(without, "GET", "/v1/apps"), HasStatus(200));
  for (const Browser& browser : {without, other}) {
    EXPECT_THAT(As(browser, "POST", "/v1/apps", R"({"Name":"x"})"),
                IsError(403, "ForbiddenException"));
    EXPECT_THAT(As(browser, "DELETE", kSession), IsError(403, "ForbiddenException"));
  }
  EXPECT_THAT(As(root, "POST", "/v1/apps", R"({"Name":"x"})"), HasStatus(201));
}

TEST_F(SessionPagesTest, ChangesOfOtherOriginsAreRefused) {
  MakeUser("root", {"Administrator"});
  const Browser root = LogIn(R"({"UserName":"root","Password":"correct horse"})");
  const auto post = [&](const std::string& origin) {
    http::Headers headers = HeadersOf(root);
    headers.Add("Origin", origin);
    return Send("POST", "/v1/apps", R"({"Name":"x"})", headers);
  };

  EXPECT_THAT(post("http://localhost"), HasStatus(201));
  for (const char* origin :
       {"https://localhost", "http://localhost:81", "http://evil.example", "null", ""}) {
    EXPECT_THAT(post(origin), IsError(403, "ForbiddenException")) << origin;
  }
  http::Headers headers;
  headers.Add("Host", "localhost");
  headers.Add("Origin", "http://evil.example");
  EXPECT_THAT(Send("POST", kSession, kLogin, headers), IsError(403, "ForbiddenException"));
}

TEST_F(SessionPagesTest, SignatureWinsOverTheCookie) {
  const Browser ann = LogIn();
  http::Headers headers = HeadersOf(ann);
  headers.Add("Authorization",
              "AWS4-HMAC-SHA256 Credential=PNAKX/20261123/us-east-1/x/aws4_request");

  // The fixture takes every signature for the administrator's.
  EXPECT_THAT(Send("GET", "/pinion/v1/whoami", "", headers), JsonAt("/Type", "anonymous"));
  EXPECT_THAT(Send("GET", "/pinion/v1/whoami?X-Amz-Algorithm=AWS4-HMAC-SHA256", "", HeadersOf(ann)),
              JsonAt("/Type", "anonymous"));
}

TEST_F(SessionPagesTest, EndedSessionIsRefusedEverywhere) {
  const Browser ann = LogIn();
  EXPECT_THAT(Delete("/pinion/v1/users/ann/sessions"), HasStatus(204));

  EXPECT_THAT(As(ann, "GET", "/v1/apps"), IsError(403, "ExpiredTokenException"));

  const Browser again = LogIn();
  EXPECT_THAT(As(again, "GET", "/v1/apps"), HasStatus(200));
  EXPECT_THAT(Put("/pinion/v1/users/ann", R"({"Status":"Inactive"})"), HasStatus(200));
  EXPECT_THAT(As(again, "GET", "/v1/apps"), IsError(403, "ExpiredTokenException"));
}

TEST_F(SessionPagesTest, IdleSessionEnds) {
  const Browser ann = LogIn();
  clock().Advance(std::chrono::hours(12));

  EXPECT_THAT(As(ann, "GET", kSession), IsError(403, "ExpiredTokenException"));
}

TEST_F(SessionPagesTest, KeyLogsInAndActsAsTheKey) {
  ASSERT_TRUE(keys().Create({.name = "root"}).ok());
  const auto key = *keys().Create(
      {.name = "ci", .policies = {"ReadOnly"}, .rate_limit = auth::RateLimit{0.001, 2}});
  const Reply login =
      Post(kSession,
           R"({"AccessKeyId":")" + key.key.id + R"(","SecretAccessKey":")" + key.secret + R"("})");
  ASSERT_THAT(login, JsonAt("/Principal/AccessKeyId", key.key.id));
  const Browser browser = BrowserOf(login);

  const Reply self = As(browser, "GET", "/pinion/v1/whoami");
  EXPECT_THAT(self, AllOf(JsonAt("/Type", "key"), JsonAt("/AccessKeyId", key.key.id)));
  EXPECT_THAT(As(browser, "GET", "/v1/apps"), HasStatus(200));
  EXPECT_THAT(As(browser, "GET", "/v1/apps"), IsError(429, "TooManyRequestsException"));
}

TEST_F(SessionPagesTest, SessionOfADeactivatedKeyDoesNotComeBack) {
  ASSERT_TRUE(keys().Create({.name = "root"}).ok());
  const auto key = *keys().Create({.name = "ci", .policies = {"ReadOnly"}});
  const Browser browser = BrowserOf(
      Post(kSession,
           R"({"AccessKeyId":")" + key.key.id + R"(","SecretAccessKey":")" + key.secret + R"("})"));
  const std::string path = "/pinion/v1/keys/" + key.key.id;

  EXPECT_THAT(Put(path, R"({"Status":"Inactive"})"), HasStatus(200));
  EXPECT_THAT(Put(path, R"({"Status":"Active"})"), HasStatus(200));

  EXPECT_THAT(As(browser, "GET", kSession), IsError(403, "ExpiredTokenException"));
}

TEST_F(SessionPagesTest, TenLoginsAMinuteForEachName) {
  for (int i = 0; i < 10; ++i) {
    ASSERT_THAT(Post(kSession, R"({"UserName":"ann","Password":"wrong"})"), HasStatus(403));
  }

  const Reply refused = Post(kSession, kLogin);

  EXPECT_THAT(refused, IsError(429, "TooManyRequestsException"));
  EXPECT_EQ(refused.Header("Retry-After"), "6");
  EXPECT_THAT(Post(kSession, R"({"UserName":"bob","Password":"wrong"})"), HasStatus(403));
  clock().Advance(std::chrono::seconds(6));
  EXPECT_THAT(Post(kSession, kLogin), HasStatus(200));
  EXPECT_THAT(Post(kSession, kLogin), HasStatus(429));
}

TEST_F(SessionPagesTest, EachAddressHasALimitForAllOfThem) {
  for (int i = 0; i < 200; ++i) {
    ASSERT_THAT(Get(kSession), HasStatus(403));
  }

  EXPECT_THAT(Get(kSession), IsError(429, "TooManyRequestsException"));
  EXPECT_THAT(Post(kSession, kLogin), IsError(429, "TooManyRequestsException"));
}

TEST_F(SessionPagesTest, LoginsAreAudited) {
  LogIn();
  Post(kSession, R"({"UserName":"ann","Password":"wrong horse"})");
  Post(kSession, R"({"UserName":"my secret","Password":"ann"})");

  const Reply audit = Get("/pinion/v1/audit?operation=POST%20/session");
  const Reply of_ann = Get("/pinion/v1/audit?principal=ann");

  EXPECT_THAT(audit, JsonAt("/Items/0/requestParameters/UserName", "***"));
  EXPECT_THAT(audit, JsonAt("/Items/0/errorCode", "ForbiddenException"));
  EXPECT_THAT(audit, JsonAt("/Items/1/userIdentity/type", "PinionUser"));
  EXPECT_THAT(audit, JsonAt("/Items/1/userIdentity/userName", "ann"));
  EXPECT_THAT(audit, JsonAt("/Items/1/errorCode", "ForbiddenException"));
  EXPECT_THAT(audit, JsonAt("/Items/2/requestParameters/UserName", "ann"));
  EXPECT_THAT(audit, JsonAt("/Items/2/requestParameters/Password", "***"));
  EXPECT_FALSE(audit.At("/Items/2/errorCode").has_value());
  EXPECT_FALSE(audit.At("/Items/3").has_value());
  EXPECT_TRUE(of_ann.At("/Items/1").has_value());
  EXPECT_THAT(audit.body, Not(HasSubstr("horse")));
}

TEST_F(SessionPagesTest, SetupCodeLetsItsUserIn) {
  const Reply created = Post("/pinion/v1/users", R"({"UserName":"bob","Policies":["ReadOnly"]})");
  const std::string url = *created.At("/SetupUrl");
  const std::string code = url.substr(url.find("#setup=") + 7);
  const std::string body = R"({"Code":")" + code + R"(","Password":"correct horse"})";

  const Reply redeemed = Post("/pinion/v1/session/setup", body);

  EXPECT_THAT(redeemed, AllOf(HasStatus(200), JsonAt("/UserName", "bob")));
  EXPECT_THAT(Post(kSession, R"({"UserName":"bob","Password":"correct horse"})"), HasStatus(200));
  EXPECT_THAT(Post("/pinion/v1/session/setup", body), IsError(403, "ForbiddenException"));
  const Reply audit = Get("/pinion/v1/audit?operation=POST%20/session/setup");
  EXPECT_THAT(audit, JsonAt("/Items/1/requestParameters/Code", "***"));
  EXPECT_THAT(audit, JsonAt("/Items/1/userIdentity/userName", "bob"));
  EXPECT_THAT(audit.body, Not(HasSubstr(code)));
}

TEST_F(SessionPagesTest, CodesCannotBeGuessed) {
  for (int i = 0; i < 10; ++i) {
    ASSERT_THAT(
        Post("/pinion/v1/session/setup", R"({"Code":"AAAA-BBBB","Password":"correct horse"})"),
        IsError(403, "ForbiddenException"));
  }

  EXPECT_THAT(
      Post("/pinion/v1/session/setup", R"({"Code":"AAAA-BBBB","Password":"correct horse"})"),
      IsError(429, "TooManyRequestsException"));
}

TEST_F(SessionPagesTest, NewPasswordEndsAllSessions) {
  const Browser first = LogIn();
  const Browser second = LogIn();
  const auto change = [&](const std::string& password, const std::string& new_password) {
    return As(second,
              "PUT",
              "/pinion/v1/session/password",
              R"({"Password":")" + password + R"(","NewPassword":")" + new_password + R"("})");
  };

  EXPECT_THAT(change("wrong horse", "another password"), IsError(403, "ForbiddenException"));
  const Reply too_short = change("correct horse", "short");
  EXPECT_THAT(too_short, IsError(400, "BadRequestException"));
  EXPECT_THAT(too_short.body, HasSubstr("'NewPassword'"));
  EXPECT_THAT(As(first, "GET", kSession), HasStatus(200));
  EXPECT_THAT(change("correct horse", "another password"), HasStatus(204));

  EXPECT_THAT(As(first, "GET", kSession), HasStatus(403));
  EXPECT_THAT(As(second, "GET", kSession), HasStatus(403));
  EXPECT_THAT(Post(kSession, R"({"UserName":"ann","Password":"another password"})"),
              HasStatus(200));
}

TEST_F(SessionPagesTest, UserSetsUpOneTimeCodes) {
  const Browser ann = LogIn();
  EXPECT_THAT(As(ann, "POST", kTotp, R"({"Password":"wrong horse"})"), HasStatus(403));
  const Reply prepared = As(ann, "POST", kTotp, R"({"Password":"correct horse"})");
  ASSERT_THAT(prepared, HasStatus(200));
  EXPECT_THAT(prepared, JsonAt("/TotpSecret", MatchesRegex("[A-Z2-7]{32}")));
  EXPECT_THAT(prepared, JsonAt("/Uri", HasSubstr("otpauth://totp/Pinion:ann?secret=")));
  EXPECT_THAT(Post(kSession, kLogin), HasStatus(200));

  EXPECT_THAT(As(ann, "PUT", kTotp, R"({"TotpCode":"12345"})"),
              IsError(400, "BadRequestException"));
  EXPECT_THAT(Get("/pinion/v1/users/ann"), JsonAt("/TotpEnabled", false));
}

TEST_F(SessionPagesTest, LoginNeedsTheCodeOfWhoHasThem) {
  const Browser before = LogIn();
  const std::string secret = GiveTotp("ann");
  clock().Advance(users::kTotpStep);
  EXPECT_THAT(Post(kSession, kLogin), HasStatus(403));
  const std::string with_code =
      R"({"UserName":"ann","Password":"correct horse","TotpCode":")" + CodeNow(secret) + R"("})";

  const Reply login = Post(kSession, with_code);

  EXPECT_THAT(login, AllOf(HasStatus(200), JsonAt("/Principal/TotpEnabled", true)));
  EXPECT_THAT(Post(kSession, with_code), HasStatus(403));
  EXPECT_THAT(As(before, "GET", kSession), HasStatus(200));
  EXPECT_THAT(As(before, "DELETE", kTotp, R"({"Password":"correct horse"})"), HasStatus(204));
  EXPECT_THAT(Post(kSession, kLogin), HasStatus(200));
}

TEST_F(SessionPagesTest, AdministratorRemovesLostCodes) {
  GiveTotp("ann");

  EXPECT_THAT(Delete("/pinion/v1/users/ann/totp"), HasStatus(204));

  EXPECT_THAT(Post(kSession, kLogin), HasStatus(200));
}

}  // namespace
}  // namespace pinion::api
