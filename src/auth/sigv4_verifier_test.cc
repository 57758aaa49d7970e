// The verifier against signatures made by botocore, and against what must be refused.
#include "auth/sigv4_verifier.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/signer.h"
#include "auth/signing_key.h"
#include "base/digest.h"
#include "base/hex.h"
#include "base/time_text.h"

namespace pinion::auth {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kKeyId = "PNAKABCDEFGHIJKLMNOP";
constexpr std::string_view kSecret = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123";
constexpr std::string_view kToken = "session/token==";
constexpr std::string_view kHost = "127.0.0.1:8080";

// Knows one key, with and without a session token.
class OneKey final : public CredentialSource {
 public:
  AuthResult<Credential> Find(std::string_view id, std::string_view token) const override {
    if (id != kKeyId || (!token.empty() && token != kToken)) {
      return AuthError{AuthFailure::kUnrecognizedClient, "not known"};
    }
    Credential credential{std::make_shared<const Secrets>(Secrets{secret})};
    if (!token.empty()) {
      Session session;
      session.access_key_id = id;
      credential.session = std::make_shared<const Session>(session);
    }
    return credential;
  }
  std::string secret{kSecret};
};

struct Vector {
  std::string name;
  std::string method;
  std::string path;
  std::string query;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

// Made with botocore 1.29 at 2026-11-23T11:15:00Z for the host 127.0.0.1:8080.
std::vector<Vector> BotocoreVectors() {
  return {
      {"plain",
       "GET",
       "/v1/apps",
       "",
       "",
       {{"X-Amz-Date", "20261123T111500Z"},
        {"Authorization",
         "AWS4-HMAC-SHA256 "
         "Credential=PNAKABCDEFGHIJKLMNOP/20261123/us-east-1/mobiletargeting/aws4_request, "
         "SignedHeaders=host;x-amz-date, "
         "Signature=0ffa4cf9a7041837d3550c185024505ebb5431c6b1be8bb1e2c80647f16526ee"}}},
      {"query",
       "GET",
       "/v1/apps",
       "token=a%2Bb%3D&page-size=10&alone=",
       "",
       {{"X-Amz-Date", "20261123T111500Z"},
        {"Authorization",
         "AWS4-HMAC-SHA256 "
         "Credential=PNAKABCDEFGHIJKLMNOP/20261123/us-east-1/mobiletargeting/aws4_request, "
         "SignedHeaders=host;x-amz-date, "
         "Signature=0c908281d68a21046c1d1059cf91a29f2412d32bcea7767d8fd70abd9b88e1e2"}}},
      {"escaped",
       "GET",
       "/v1/apps/a%2Fb/endpoints/caf%C3%A9%20x~y",
       "",
       "",
       {{"X-Amz-Date", "20261123T111500Z"},
        {"Authorization",
         "AWS4-HMAC-SHA256 "
         "Credential=PNAKABCDEFGHIJKLMNOP/20261123/us-east-1/mobiletargeting/aws4_request, "
         "SignedHeaders=host;x-amz-date, "
         "Signature=07adfb257911a3ec4f24fe7c146d3cfbe93de641140ef30d8fbfea0ec80d0cec"}}},
      {"repeated",
       "DELETE",
       "/v1/tags/arn%3Aaws%3Amobiletargeting%3Aus-east-1%3A123456789012%3Aapps%2Fx",
       "tagKeys=b&tagKeys=a&tagKeys=a%20c",
       "",
       {{"X-Amz-Date", "20261123T111500Z"},
        {"Authorization",
         "AWS4-HMAC-SHA256 "
         "Credential=PNAKABCDEFGHIJKLMNOP/20261123/us-east-1/mobiletargeting/aws4_request, "
         "SignedHeaders=host;x-amz-date, "
         "Signature=d9c40f76168e780254b3f213b89c707274b6c8a18079c0445e7af2036ec449bf"}}},
      {"body",
       "POST",
       "/v1/apps/x/events",
       "",
       "{\"BatchItem\":{\"e\":\"café\"}}",
       {{"Content-Type", "application/json"},
        {"X-Amz-Meta", "  two   blanks "},
        {"X-Amz-Date", "20261123T111500Z"},
        {"Authorization",
         "AWS4-HMAC-SHA256 "
         "Credential=PNAKABCDEFGHIJKLMNOP/20261123/us-east-1/mobiletargeting/aws4_request, "
         "SignedHeaders=content-type;host;x-amz-date;x-amz-meta, "
         "Signature=b97ee7dd907dd2504adcd4ae927c8e04586dac005e36c332c062359920b8fadf"}}},
      {"token",
       "GET",
       "/v1/apps",
       "",
       "",
       {{"X-Amz-Date", "20261123T111500Z"},
        {"X-Amz-Security-Token", "session/token=="},
        {"Authorization",
         "AWS4-HMAC-SHA256 "
         "Credential=PNAKABCDEFGHIJKLMNOP/20261123/us-east-1/mobiletargeting/aws4_request, "
         "SignedHeaders=host;x-amz-date;x-amz-security-token, "
         "Signature=35bb3975332f162f6e6af14d70cddde58defcf179bc3327195b19dc3dba6e551"}}},
      {"dots",
       "GET",
       "/v1//apps/./x/../y/",
       "",
       "",
       {{"X-Amz-Date", "20261123T111500Z"},
        {"Authorization",
         "AWS4-HMAC-SHA256 "
         "Credential=PNAKABCDEFGHIJKLMNOP/20261123/us-east-1/mobiletargeting/aws4_request, "
         "SignedHeaders=host;x-amz-date, "
         "Signature=d2f4fe1c167eabe6297c5fc7be063a3a44844a7e2d4aa44121450d849ba887d9"}}},
      {"rawpath",
       "GET",
       "/v1/apps/a%2Fb",
       "",
       "",
       {{"X-Amz-Date", "20261123T111500Z"},
        {"X-Amz-Content-SHA256",
         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"Authorization",
         "AWS4-HMAC-SHA256 "
         "Credential=PNAKABCDEFGHIJKLMNOP/20261123/us-east-1/mobiletargeting/aws4_request, "
         "SignedHeaders=host;x-amz-content-sha256;x-amz-date, "
         "Signature=a52a7fd680792d2165cf35e0a39e511eb105cb373d05d55efea20592b458d1d0"}}},
      {"date",
       "GET",
       "/v1/apps",
       "",
       "",
       {{"Date", "Mon, 23 Nov 2026 11:15:00 -0000"},
        {"Authorization",
         "AWS4-HMAC-SHA256 "
         "Credential=PNAKABCDEFGHIJKLMNOP/20261123/us-east-1/mobiletargeting/aws4_request, "
         "SignedHeaders=date;host, "
         "Signature=15f22ac11c752e5dcc31a9fd3724a0a6f7983515302c8552da0b92536cdceb67"}}},
      {"presigned",
       "GET",
       "/v1/apps/a%2Fb",
       "page-size=5&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=PNAKABCDEFGHIJKLMNOP%"
       "2F20261123%2Fus-east-1%2Fmobiletargeting%2Faws4_request&X-Amz-Date=20261123T111500Z&X-Amz-"
       "Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature="
       "2f236c8d2befdbebe03cce598f7eabcfa5f69afa1deb4e4f5b6649dfa55658ac",
       "",
       {}},
      {"presignedunsigned",
       "GET",
       "/v1/apps",
       "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=PNAKABCDEFGHIJKLMNOP%2F20261123%2Fus-"
       "east-1%2Fmobiletargeting%2Faws4_request&X-Amz-Date=20261123T111500Z&X-Amz-Expires=600&X-"
       "Amz-SignedHeaders=host&X-Amz-Signature="
       "beb20eb81e6756e15179cd3f3abefafb857864266a975c3989328391523b0a7c",
       "",
       {}},
      {"presignedtoken",
       "POST",
       "/v1/apps/x/events/legacy",
       "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=PNAKABCDEFGHIJKLMNOP%2F20261123%2Fus-"
       "east-1%2Fmobiletargeting%2Faws4_request&X-Amz-Date=20261123T111500Z&X-Amz-Expires=60&X-Amz-"
       "SignedHeaders=host&X-Amz-Security-Token=session%2Ftoken%3D%3D&X-Amz-Signature="
       "b6b10a17445778d02fdd2450e8fc307019a6f41080ba5109cd2dc9356633d802",
       "",
       {}},
  };
}

base::Timestamp At(std::string_view text) {
  return *base::ParseInstant(text);
}

class SigV4VerifierTest : public ::testing::Test {
 protected:
  // A request that is right in all parts; tests break one.
  struct Parts {
    std::string method = "POST";
    std::string path = "/v1/apps/x/events";
    std::string query = "b=2&a=1";
    std::string body = "{}";
    std::string host{kHost};
    std::vector<std::pair<std::string, std::string>> headers;
    std::string forwarded_host;
  };

  // Signs as a client that believes it talks to `signed_host` would.
  static Parts Signed(std::string_view signed_host = kHost,
                      SigningCredentials credentials = {
                          .access_key_id = kKeyId, .secret = kSecret, .region = "us-east-1"}) {
    Parts parts;
    const SignatureHeaders made = Sign({.method = parts.method,
                                        .path = parts.path,
                                        .query = parts.query,
                                        .host = signed_host,
                                        .body = parts.body},
                                       credentials,
                                       At("2026-11-23T11:15:00Z"));
    parts.headers = {{"Authorization", made.authorization},
                     {"X-Amz-Date", made.amz_date},
                     {"X-Amz-Content-Sha256", made.amz_content_sha256}};
    if (!made.amz_security_token.empty()) {
      parts.headers.emplace_back("X-Amz-Security-Token", made.amz_security_token);
    }
    return parts;
  }

  AuthResult<VerifiedCaller> Verify(const Parts& parts,
                                    std::string_view now = "2026-11-23T11:15:00Z") const {
    std::vector<Header> headers = {{"Host", parts.host}};
    for (const auto& [name, value] : parts.headers) {
      headers.push_back({name, value});
    }
    return verifier_.Verify({.method = parts.method,
                             .path = parts.path,
                             .query = parts.query,
                             .headers = headers,
                             .body = parts.body,
                             .forwarded_host = parts.forwarded_host},
                            At(now));
  }

  static Parts FromVector(const Vector& vector) {
    return {.method = vector.method,
            .path = vector.path,
            .query = vector.query,
            .body = vector.body,
            .host = std::string(kHost),
            .headers = vector.headers,
            .forwarded_host = ""};
  }
  static Parts Presigned() {
    for (const Vector& vector : BotocoreVectors()) {
      if (vector.name == "presigned") {
        return FromVector(vector);
      }
    }
    return {};
  }
  static std::string Replaced(std::string text, std::string_view from, std::string_view to) {
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
  }

  static void ExpectFailure(const AuthResult<VerifiedCaller>& result,
                            AuthFailure failure,
                            std::string_view part_of_message = "") {
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().failure, failure) << result.error().message;
    EXPECT_THAT(result.error().message, HasSubstr(std::string(part_of_message)));
  }

  OneKey keys_;
  SigV4Verifier verifier_{{}, keys_};
};

TEST_F(SigV4VerifierTest, SignaturesOfBotocoreAreAccepted) {
  for (const Vector& vector : BotocoreVectors()) {
    const auto result = Verify(FromVector(vector));

    EXPECT_TRUE(result.ok()) << vector.name << ": " << result.error().message;
  }
}

TEST_F(SigV4VerifierTest, SignaturesOfBotocoreDoNotFitAnotherRequest) {
  for (const Vector& vector : BotocoreVectors()) {
    Parts other = FromVector(vector);
    other.path += "x";

    EXPECT_FALSE(Verify(other).ok()) << vector.name;
  }
}

TEST_F(SigV4VerifierTest, TellsWhoCalledAndForWhichRegion) {
  const auto result = Verify(Signed());

  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->access_key_id, kKeyId);
  EXPECT_EQ(result->region, "us-east-1");
  EXPECT_EQ(result->service, "mobiletargeting");
  EXPECT_EQ(result->credential.session, nullptr);
}

TEST_F(SigV4VerifierTest, EveryPartOfTheRequestIsSigned) {
  const auto broken = [&](auto change) {
    Parts parts = Signed();
    change(parts);
    return Verify(parts);
  };

  ExpectFailure(broken([](Parts& p) { p.method = "PUT"; }), AuthFailure::kInvalidSignature);
  ExpectFailure(broken([](Parts& p) { p.path += "/"; }), AuthFailure::kInvalidSignature);
  ExpectFailure(broken([](Parts& p) { p.query += "&c=3"; }), AuthFailure::kInvalidSignature);
  ExpectFailure(broken([](Parts& p) { p.body = "{ }"; }), AuthFailure::kInvalidSignature);
  ExpectFailure(broken([](Parts& p) { p.host = "other"; }), AuthFailure::kInvalidSignature);
}

TEST_F(SigV4VerifierTest, MismatchShowsWhatTheServerSaw) {
  Parts parts = Signed();
  parts.method = "PUT";

  const auto result = Verify(parts);

  ExpectFailure(result, AuthFailure::kInvalidSignature, "PUT\n/v1/apps/x/events\na=1&b=2\nhost:");
  ExpectFailure(result,
                AuthFailure::kInvalidSignature,
                "AWS4-HMAC-SHA256\n20261123T111500Z\n20261123/us-east-1/mobiletargeting/");
  EXPECT_THAT(result.error().message, Not(HasSubstr(std::string(kSecret))));
}

TEST_F(SigV4VerifierTest, HeaderMayBeOffByTheClockSkewAndNoMore) {
  EXPECT_TRUE(Verify(Signed(), "2026-11-23T11:20:00Z").ok());
  EXPECT_TRUE(Verify(Signed(), "2026-11-23T11:10:00Z").ok());
  ExpectFailure(Verify(Signed(), "2026-11-23T11:20:01Z"),
                AuthFailure::kInvalidSignature,
                "Signature expired: 20261123T111500Z is now earlier than 20261123T111501Z");
  ExpectFailure(Verify(Signed(), "2026-11-23T11:09:59Z"),
                AuthFailure::kInvalidSignature,
                "Signature not yet current: 20261123T111500Z is still later than");
}

TEST_F(SigV4VerifierTest, PresignedQueryLastsUntilItExpires) {
  EXPECT_TRUE(Verify(Presigned(), "2026-11-23T11:10:00Z").ok());
  EXPECT_TRUE(Verify(Presigned(), "2026-11-23T11:25:00Z").ok());
  ExpectFailure(Verify(Presigned(), "2026-11-23T11:25:01Z"),
                AuthFailure::kInvalidSignature,
                "Signature expired");
  ExpectFailure(Verify(Presigned(), "2026-11-23T11:09:59Z"),
                AuthFailure::kInvalidSignature,
                "Signature not yet current");
}

TEST_F(SigV4VerifierTest, PresignedExpiresIsLimited) {
  for (const std::string expires : {"0", "604801", "-1", "x", "", "600x"}) {
    Parts parts = Presigned();
    parts.query = Replaced(parts.query, "Expires=600", "Expires=" + expires);

    ExpectFailure(Verify(parts), AuthFailure::kIncompleteSignature, "X-Amz-Expires");
  }
}

TEST_F(SigV4VerifierTest, UnsignedRequestHasNoToken) {
  Parts parts = Signed();
  parts.headers.clear();

  ExpectFailure(Verify(parts), AuthFailure::kMissingToken);
}

TEST_F(SigV4VerifierTest, HeaderAndQueryTogetherAreRefused) {
  Parts parts = Presigned();
  parts.headers = Signed().headers;

  ExpectFailure(Verify(parts), AuthFailure::kIncompleteSignature, "not both");
}

TEST_F(SigV4VerifierTest, OtherAlgorithmsAreRefused) {
  for (const std::string value : {"Bearer abc",
                                  "AWS PNAK:sig",
                                  "AWS4-ECDSA-P256-SHA256 Credential=x",
                                  "",
                                  "AWS4-HMAC-SHA256"}) {
    Parts parts = Signed();
    parts.headers[0].second = value;

    ExpectFailure(Verify(parts), AuthFailure::kIncompleteSignature);
  }
}

TEST_F(SigV4VerifierTest, SignatureVersion2InTheQueryIsRefusedByName) {
  Parts parts = Signed();
  parts.headers.clear();
  parts.query = "AWSAccessKeyId=PNAK&Signature=x";

  ExpectFailure(Verify(parts), AuthFailure::kIncompleteSignature, "Version 2");
}

TEST_F(SigV4VerifierTest, MissingPartsAreNamed) {
  for (const std::string part : {"Credential", "SignedHeaders", "Signature"}) {
    Parts parts = Signed();
    parts.headers[0].second = Replaced(parts.headers[0].second, part + "=", "Other=");

    ExpectFailure(Verify(parts), AuthFailure::kIncompleteSignature, part);
  }
}

TEST_F(SigV4VerifierTest, RequestWithoutTimeIsIncomplete) {
  Parts parts = Signed();
  parts.headers.erase(parts.headers.begin() + 1);

  ExpectFailure(Verify(parts), AuthFailure::kIncompleteSignature, "X-Amz-Date");
}

TEST_F(SigV4VerifierTest, ScopeIsChecked) {
  const auto with = [&](std::string_view from, std::string_view to) {
    Parts parts = Signed();
    parts.headers[0].second = Replaced(parts.headers[0].second, from, to);
    return Verify(parts);
  };

  ExpectFailure(with("/20261123/", "/20261122/"), AuthFailure::kInvalidSignature, "date");
  ExpectFailure(with("us-east-1", "US"), AuthFailure::kInvalidSignature, "region");
  ExpectFailure(with("/mobiletargeting/", "/s3/"), AuthFailure::kInvalidSignature, "service");
  ExpectFailure(with("aws4_request", "aws5"), AuthFailure::kInvalidSignature, "aws4_request");
}

TEST_F(SigV4VerifierTest, UnknownKeyIsUnrecognized) {
  ExpectFailure(
      Verify(Signed(kHost, {.access_key_id = "NOBODY", .secret = kSecret, .region = "us-east-1"})),
      AuthFailure::kUnrecognizedClient);
}

TEST_F(SigV4VerifierTest, WrongSecretIsAnInvalidSignature) {
  ExpectFailure(
      Verify(Signed(kHost, {.access_key_id = kKeyId, .secret = "wrong", .region = "us-east-1"})),
      AuthFailure::kInvalidSignature);
}

TEST_F(SigV4VerifierTest, SecretThatChangedNoLongerSigns) {
  ASSERT_TRUE(Verify(Signed()).ok());
  keys_.secret = "another";

  ExpectFailure(Verify(Signed()), AuthFailure::kInvalidSignature);
}

TEST_F(SigV4VerifierTest, TellsTheSessionOfTheToken) {
  const auto result = Verify(Signed(kHost,
                                    {.access_key_id = kKeyId,
                                     .secret = kSecret,
                                     .session_token = kToken,
                                     .region = "us-east-1"}));

  ASSERT_TRUE(result.ok());
  ASSERT_NE(result->credential.session, nullptr);
  EXPECT_EQ(result->credential.session->access_key_id, kKeyId);
}

TEST_F(SigV4VerifierTest, SessionTokenNeedNotBeSigned) {
  Parts parts = Signed();
  parts.headers.emplace_back("x-amz-security-token", kToken);

  EXPECT_TRUE(Verify(parts).ok());
}

TEST_F(SigV4VerifierTest, TokenAddedToASignedQueryIsAccepted) {
  Parts parts = Presigned();
  parts.query += "&X-Amz-Security-Token=session%2Ftoken%3D%3D";

  EXPECT_TRUE(Verify(parts).ok());
}

TEST_F(SigV4VerifierTest, SignedHeaderThatIsMissingIsNamed) {
  Parts parts = Signed();
  parts.headers[0].second = Replaced(parts.headers[0].second, "=host;", "=host;x-other;");

  ExpectFailure(Verify(parts), AuthFailure::kInvalidSignature, "x-other");
}

TEST_F(SigV4VerifierTest, HostMustBeSigned) {
  Parts parts = Signed();
  parts.headers[0].second = Replaced(parts.headers[0].second, "=host;", "=");

  ExpectFailure(Verify(parts), AuthFailure::kInvalidSignature, "host");
}

TEST_F(SigV4VerifierTest, PayloadHashMustBeThatOfTheBody) {
  Parts parts = Signed();
  parts.headers[2].second = base::HexEncode(base::Sha256("other"));

  ExpectFailure(Verify(parts), AuthFailure::kInvalidSignature, "x-amz-content-sha256");
}

TEST_F(SigV4VerifierTest, ChunkedSignaturesAreTheWrongRequest) {
  Parts parts = Signed();
  parts.headers[2].second = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";

  ExpectFailure(Verify(parts), AuthFailure::kUnsupportedPayload);
}

TEST_F(SigV4VerifierTest, DefaultPortMayBeDroppedFromTheHost) {
  Parts parts = Signed("pinion.example");
  parts.host = "pinion.example:443";
  EXPECT_TRUE(Verify(parts).ok());

  parts.host = "pinion.example:8443";
  EXPECT_FALSE(Verify(parts).ok());
}

TEST_F(SigV4VerifierTest, HostSetByATrustedProxyCounts) {
  Parts parts = Signed("public.example");
  EXPECT_FALSE(Verify(parts).ok());

  parts.forwarded_host = "public.example";
  EXPECT_TRUE(Verify(parts).ok());
}

TEST_F(SigV4VerifierTest, HostOfTheServiceCountsWhenItIsAnAlias) {
  Parts parts = Signed("pinpoint.eu-west-1.amazonaws.com");
  EXPECT_FALSE(Verify(parts).ok());

  parts.headers.emplace_back("x-pinion-signed-host", "pinpoint.eu-west-1.amazonaws.com");
  EXPECT_TRUE(Verify(parts).ok());
}

TEST_F(SigV4VerifierTest, AliasCoversOneLabelOnly) {
  for (const std::string host :
       {"pinpoint.a.b.amazonaws.com", "evil.example", "pinpoint.x.amazonaws.com.evil"}) {
    Parts parts = Signed(host);
    parts.headers.emplace_back("x-pinion-signed-host", host);

    EXPECT_FALSE(Verify(parts).ok()) << host;
  }
}

TEST_F(SigV4VerifierTest, ValuesOfSignedHeadersAreTrimmedAndJoined) {
  const std::vector<Header> extra = {{"x-extra", "a b,c"}};
  const SignatureHeaders made =
      Sign({.method = "GET", .path = "/", .host = kHost, .headers = extra},
           {.access_key_id = kKeyId, .secret = kSecret, .region = "us-east-1"},
           At("2026-11-23T11:15:00Z"));
  Parts parts;
  parts.method = "GET";
  parts.path = "/";
  parts.query = "";
  parts.body = "";
  parts.headers = {{"Authorization", made.authorization},
                   {"X-Amz-Date", made.amz_date},
                   {"X-Extra", "  a \t  b "},
                   {"x-amz-content-sha256", made.amz_content_sha256},
                   {"x-extra", "c"}};

  EXPECT_TRUE(Verify(parts).ok());
}

TEST_F(SigV4VerifierTest, QueryInReceivedOrderIsAccepted) {
  // The signer's canonical query is sorted; one that does not sort signs this order.
  const std::string_view unsorted = "b=2&a=1";
  const std::string hash = base::HexEncode(base::Sha256(""));
  std::string canonical = "GET\n/\n" + std::string(unsorted) + "\nhost:" + std::string(kHost) +
                          "\nx-amz-date:20261123T111500Z\n\nhost;x-amz-date\n" + hash;
  const std::string scope = "20261123/us-east-1/mobiletargeting/aws4_request";
  std::string to_sign;
  AppendStringToSign(to_sign, "20261123T111500Z", scope, canonical);
  const std::string signature = base::HexEncode(base::HmacSha256(
      DeriveSigningKey(kSecret, "20261123", "us-east-1", "mobiletargeting"), to_sign));
  Parts parts;
  parts.method = "GET";
  parts.path = "/";
  parts.query = unsorted;
  parts.body = "";
  parts.headers = {{"Authorization",
                    "AWS4-HMAC-SHA256 Credential=" + std::string(kKeyId) + "/" + scope +
                        ",SignedHeaders=host;x-amz-date,Signature=" + signature},
                   {"X-Amz-Date", "20261123T111500Z"}};

  EXPECT_TRUE(Verify(parts).ok());
}

}  // namespace
}  // namespace pinion::auth
