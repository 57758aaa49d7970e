#include "api/signed_authenticator.h"

#include <gtest/gtest.h>

#include "auth/master_key.h"
#include "auth/signer.h"
#include "base/base64.h"
#include "http/fake_outbound_client.h"
#include "storage/memory_store.h"

namespace pinion::api {
namespace {

constexpr char kKey[] = "AKIDEXAMPLE";
constexpr char kSecret[] = "swordfish-and-more";
constexpr char kPool[] = "us-east-1:2f0b1d9e-0000-4000-8000-000000000001";

class SignedAuthenticatorTest : public ::testing::Test {
 protected:
  SignedAuthenticatorTest() {
    const auto master_key =
        auth::MasterKey::FromBase64(base::Base64Encode(std::string(auth::kMasterKeyBytes, 'k')));
    auto box = auth::SecretBox::Open(store_, *master_key, random_);
    PINION_ASSERT(box.ok());
    box_ = *std::move(box);
    auto keys = auth::AccessKeyStore::Open({store_, *box_, clock_, ids_},
                                           auth::ConfiguredKey{kKey, kSecret});
    PINION_ASSERT(keys.ok());
    keys_ = *std::move(keys);
    tokens_ = std::make_unique<auth::SessionTokens>(*box_, ids_);
    identities_ = std::make_unique<identities::IdentityService>(
        identities::IdentityService::Collaborators{
            pools_, identity_ids_, *tokens_, login_keys_, clock_},
        identities::IdentityService::Options{});
    authenticator_ = std::make_unique<SignedAuthenticator>(
        SignedAuthenticator::Options{.account_id = "123456789012"}, *keys_, *identities_, clock_);
  }

  auth::SessionCredentials GuestCredentials() {
    model::WriteIdentityPoolRequest pool;
    pool.name = "shop";
    pool.allow_guests = true;
    PINION_ASSERT(pools_.Put(kPool, pool).ok());
    return identities_->GetCredentials(*identities_->GetId(kPool, {}), {})->credentials;
  }
  http::Request SignedBy(const auth::SessionCredentials& guest) {
    http::Request request = Signed(guest.access_key_id, guest.secret);
    request.headers.Add("X-Amz-Security-Token", guest.token);
    return request;
  }

  http::Request Signed(std::string_view key, std::string_view secret) {
    http::Request request;
    request.method = "POST";
    request.path = "/v1/apps";
    request.body = R"({"Name":"shop"})";
    const auth::SignatureHeaders signature = auth::Sign(
        {.method = request.method, .path = request.path, .host = "localhost", .body = request.body},
        {.access_key_id = key, .secret = secret, .region = "eu-west-1"},
        clock_.Now());
    request.headers.Add("Host", "localhost");
    request.headers.Add("Authorization", signature.authorization);
    request.headers.Add("X-Amz-Date", signature.amz_date);
    request.headers.Add("X-Amz-Content-Sha256", signature.amz_content_sha256);
    return request;
  }

  std::string FailureOf(const http::Request& request) {
    const auto result = authenticator_->Authenticate(request);
    const auto* failure = std::get_if<AuthenticationFailure>(&result);
    return failure == nullptr ? "" : failure->exception;
  }

  storage::MemoryStore store_;
  base::ManualClock clock_{base::TimestampFromMillis(1'795'432'500'000)};
  base::SeededRandom random_{1};
  base::IdGenerator ids_{random_};
  std::unique_ptr<auth::SecretBox> box_;
  std::unique_ptr<auth::AccessKeyStore> keys_;
  http::FakeOutboundClient outbound_;
  apps::ApplicationService applications_{store_, clock_, ids_, "123456789012"};
  const identities::IdentityIds identity_ids_{"key", random_};
  identities::IdentityPools pools_{
      {store_, clock_, clock_, identity_ids_, applications_, outbound_, "123456789012"}};
  identities::KeySets login_keys_{outbound_, clock_};
  std::unique_ptr<auth::SessionTokens> tokens_;
  std::unique_ptr<identities::IdentityService> identities_;
  std::unique_ptr<SignedAuthenticator> authenticator_;
};

TEST_F(SignedAuthenticatorTest, SignedRequestNamesItsCallerAndRegion) {
  const auto result = authenticator_->Authenticate(Signed(kKey, kSecret));

  const auto* caller = std::get_if<Authenticated>(&result);
  ASSERT_NE(caller, nullptr);
  EXPECT_EQ(caller->principal.access_key_id, kKey);
  EXPECT_EQ(caller->principal.type, Principal::Type::kKey);
  EXPECT_EQ(caller->region, "eu-west-1");
}

TEST_F(SignedAuthenticatorTest, FailuresHaveTheNamesThatClientsKnow) {
  EXPECT_EQ(FailureOf(Signed(kKey, "another secret")), "InvalidSignatureException");
  EXPECT_EQ(FailureOf(Signed("AKIDUNKNOWN", kSecret)), "UnrecognizedClientException");
  EXPECT_EQ(FailureOf({}), "MissingAuthenticationTokenException");
}

TEST_F(SignedAuthenticatorTest, BodyIsPartOfTheSignature) {
  http::Request request = Signed(kKey, kSecret);
  request.body = R"({"Name":"other"})";
  EXPECT_EQ(FailureOf(request), "InvalidSignatureException");
}

TEST_F(SignedAuthenticatorTest, CallerHasThePoliciesOfItsKey) {
  const auto created = *keys_->Create({.name = "reader", .policies = {"ReadOnly"}});
  const auto policies = [&] {
    const auto result = authenticator_->Authenticate(Signed(created.key.id, created.secret));
    return std::get<Authenticated>(result).principal.policies;
  };
  EXPECT_FALSE(policies()->is_administrator());

  ASSERT_TRUE(keys_->Update(created.key.id, {.policies = {{"Administrator"}}}).ok());

  EXPECT_TRUE(policies()->is_administrator());
}

TEST_F(SignedAuthenticatorTest, OldSecretIsGoodUntilItsGraceIsOver) {
  const auto created = *keys_->Create({.name = "ci"});
  const auto rotated = *keys_->Rotate(created.key.id, std::chrono::seconds(60));

  EXPECT_EQ(FailureOf(Signed(created.key.id, created.secret)), "");
  EXPECT_EQ(FailureOf(Signed(created.key.id, rotated.secret)), "");
  EXPECT_EQ(FailureOf(Signed(created.key.id, "neither of both")), "InvalidSignatureException");
  clock_.Advance(std::chrono::seconds(60));
  EXPECT_EQ(FailureOf(Signed(created.key.id, created.secret)), "InvalidSignatureException");
  EXPECT_EQ(FailureOf(Signed(created.key.id, rotated.secret)), "");
}

TEST_F(SignedAuthenticatorTest, CallsOverTheLimitAreToldWhenToComeBack) {
  const auto created = *keys_->Create({.name = "slow", .rate_limit = auth::RateLimit{0.5, 1}});
  EXPECT_EQ(FailureOf(Signed(created.key.id, created.secret)), "");

  const auto result = authenticator_->Authenticate(Signed(created.key.id, created.secret));

  const auto* failure = std::get_if<AuthenticationFailure>(&result);
  ASSERT_NE(failure, nullptr);
  EXPECT_EQ(failure->exception, "TooManyRequestsException");
  EXPECT_EQ(failure->status, 429);
  EXPECT_EQ(failure->retry_after_seconds, 2);
  clock_.Advance(std::chrono::seconds(2));
  EXPECT_EQ(FailureOf(Signed(created.key.id, created.secret)), "");
}

TEST_F(SignedAuthenticatorTest, GuestIsKnownByItsPoolAndCarriesItsPolicies) {
  const auto result = authenticator_->Authenticate(SignedBy(GuestCredentials()));

  const auto* caller = std::get_if<Authenticated>(&result);
  ASSERT_NE(caller, nullptr);
  EXPECT_EQ(caller->principal.type, Principal::Type::kGuest);
  EXPECT_EQ(caller->principal.arn,
            "arn:aws:sts::123456789012:assumed-role/shop-unauth/CognitoIdentityCredentials");
  ASSERT_NE(caller->principal.policies, nullptr);
  EXPECT_FALSE(caller->principal.policies->is_administrator());
  EXPECT_EQ(caller->principal.session->pool_id, kPool);
}

TEST_F(SignedAuthenticatorTest, SessionTokenIsNeededAndEnds) {
  const auth::SessionCredentials guest = GuestCredentials();
  EXPECT_EQ(FailureOf(Signed(guest.access_key_id, guest.secret)), "UnrecognizedClientException");

  clock_.Advance(std::chrono::hours(2));
  EXPECT_EQ(FailureOf(SignedBy(guest)), "ExpiredTokenException");
}

}  // namespace
}  // namespace pinion::api
