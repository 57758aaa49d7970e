#include "identities/identity_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/master_key.h"
#include "base/base64.h"
#include "http/fake_outbound_client.h"
#include "identities/test_login_provider.h"
#include "storage/memory_store.h"

namespace pinion::identities {
namespace {

using namespace std::chrono_literals;  // NOLINT: literals
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string kPool = "us-east-1:2f0b1d9e-0000-4000-8000-000000000001";
const std::string kOtherPool = "eu-west-1:2f0b1d9e-0000-4000-8000-000000000002";
const std::string kForeign = "us-east-1:0c1f7c4a-6d0c-4a6e-9d0e-1b7f7f3f0a11";
const std::string kIssuer = "https://accounts.example.com";
const std::string kProviderName = "accounts.example.com";
const std::string kJwksUrl = "https://keys.example.com/jwks";

std::unique_ptr<auth::SecretBox> OpenBox(storage::KeyValueStore& store,
                                         base::RandomSource& random) {
  const auto key =
      auth::MasterKey::FromBase64(base::Base64Encode(std::string(auth::kMasterKeyBytes, 'k')));
  return *auth::SecretBox::Open(store, *key, random);
}

model::WriteIdentityPoolRequest APool() {
  model::WriteIdentityPoolRequest pool;
  pool.name = "shop";
  pool.allow_guests = true;
  model::IdentityProvider provider;
  provider.issuer = kIssuer;
  provider.audience = {"web-app"};
  provider.jwks_url = kJwksUrl;
  pool.providers = {provider};
  return pool;
}

class IdentityServiceTest : public ::testing::Test {
 protected:
  IdentityServiceTest() {
    outbound_.Set(kJwksUrl, 200, provider_.KeySet());
    Put(kPool, APool());
  }

  void Put(const std::string& id, const model::WriteIdentityPoolRequest& pool) {
    const auto put = pools_.Put(id, pool);
    ASSERT_TRUE(put.ok()) << put.error().message;
  }

  std::string TokenFor(const std::string& subject, const TestLoginProvider& provider) const {
    return provider.Token(R"({"iss":")" + kIssuer + R"(","sub":")" + subject +
                          R"(","aud":"web-app","exp":)" +
                          std::to_string(base::ToMillis(clock_.Now()) / 1000 + 600) + "}");
  }
  Logins LoginOf(const std::string& subject) const {
    return {{kProviderName, TokenFor(subject, provider_)}};
  }

  auth::AuthResult<auth::Credential> Find(const IssuedCredentials& issued) const {
    return service_.Find(issued.credentials.access_key_id, issued.credentials.token);
  }
  IssuedCredentials GuestCredentials() {
    return *service_.GetCredentials(*service_.GetId(kPool, {}), {});
  }

  const TestLoginProvider provider_{TestLoginProvider::Kind::kP256};
  storage::MemoryStore store_;
  base::ManualClock clock_{base::TimestampFromMillis(1'795'432'500'000)};
  base::SeededRandom random_{5};
  base::IdGenerator ids_{random_};
  const std::unique_ptr<auth::SecretBox> box_ = OpenBox(store_, random_);
  http::FakeOutboundClient outbound_;
  apps::ApplicationService applications_{store_, clock_, ids_, "123456789012"};
  const IdentityIds identity_ids_{"key", random_};
  const IdentityPools::Collaborators collaborators_{
      store_, clock_, clock_, identity_ids_, applications_, outbound_, "123456789012"};
  IdentityPools pools_{collaborators_};
  const auth::SessionTokens tokens_{*box_, ids_};
  KeySets key_sets_{outbound_, clock_};
  IdentityService service_{{pools_, identity_ids_, tokens_, key_sets_, clock_}, {}};
};

TEST_F(IdentityServiceTest, GuestGetsCredentialsThatHoldForAnHour) {
  const auto id = service_.GetId(kPool, {});
  ASSERT_TRUE(id.ok());

  const auto issued = service_.GetCredentials(*id, {});

  ASSERT_TRUE(issued.ok()) << issued.error().message;
  EXPECT_EQ(issued->identity_id, *id);
  EXPECT_THAT(issued->credentials.access_key_id, StartsWith("PNSI"));
  EXPECT_EQ(issued->expires_at, clock_.Now() + 1h + 1ms);
  const auto found = Find(*issued);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->secrets->current, issued->credentials.secret);
  EXPECT_EQ(found->session->identity_id, *id);
  EXPECT_EQ(found->session->pool_id, kPool);
  EXPECT_FALSE(found->session->authenticated());
}

TEST_F(IdentityServiceTest, NeitherIdentityNorCredentialsAreStored) {
  const storage::Sequence before = store_.LastSequence();

  GuestCredentials();
  ASSERT_TRUE(service_.GetId(kPool, LoginOf("ann")).ok());

  EXPECT_EQ(store_.LastSequence(), before);
}

TEST_F(IdentityServiceTest, CredentialsEndAtTheirTime) {
  const IssuedCredentials issued = GuestCredentials();
  clock_.Advance(1h);
  EXPECT_TRUE(Find(issued).ok());

  clock_.Advance(1ms);

  EXPECT_EQ(Find(issued).error().failure, auth::AuthFailure::kExpiredToken);
}

TEST_F(IdentityServiceTest, RevocationEndsWhatWasIssuedAndNothingLater) {
  const IssuedCredentials before = GuestCredentials();
  ASSERT_TRUE(pools_.Revoke(kPool).ok());
  const IssuedCredentials after = GuestCredentials();

  EXPECT_EQ(Find(before).error().failure, auth::AuthFailure::kExpiredToken);
  EXPECT_TRUE(Find(after).ok());

  ASSERT_TRUE(pools_.Revoke(kPool).ok());
  EXPECT_FALSE(Find(after).ok());
}

TEST_F(IdentityServiceTest, TokensOfADeletedPoolDoNotComeBackWithIt) {
  const IssuedCredentials issued = GuestCredentials();
  clock_.Advance(1s);
  ASSERT_TRUE(pools_.Delete(kPool).ok());
  EXPECT_EQ(Find(issued).error().failure, auth::AuthFailure::kExpiredToken);

  Put(kPool, APool());

  EXPECT_EQ(Find(issued).error().failure, auth::AuthFailure::kExpiredToken);
}

TEST_F(IdentityServiceTest, UnknownPoolAndMalformedIdsAreToldApart) {
  EXPECT_EQ(service_.GetId(kOtherPool, {}).error().code, base::Errc::kNotFound);
  EXPECT_EQ(service_.GetId("shop", {}).error().code, base::Errc::kInvalidArgument);
  EXPECT_EQ(service_.GetCredentials("shop", {}).error().code, base::Errc::kInvalidArgument);
}

TEST_F(IdentityServiceTest, GuestsMayBeShutOut) {
  auto pool = APool();
  pool.allow_guests = false;
  Put(kPool, pool);

  EXPECT_EQ(service_.GetId(kPool, {}).error().code, base::Errc::kForbidden);
  EXPECT_EQ(service_.GetCredentials(kForeign, {}).error().code, base::Errc::kForbidden);
  EXPECT_TRUE(service_.GetId(kPool, LoginOf("ann")).ok());
}

TEST_F(IdentityServiceTest, IdentityOfAnOtherMakerBelongsToTheOnlyPool) {
  const auto issued = service_.GetCredentials(kForeign, {});

  ASSERT_TRUE(issued.ok());
  EXPECT_EQ(issued->identity_id, kForeign);
  EXPECT_EQ(Find(*issued)->session->pool_id, kPool);
}

TEST_F(IdentityServiceTest, IdentityOfAnOtherMakerBelongsToTheDefaultOfSeveralPools) {
  auto other = APool();
  Put(kOtherPool, other);
  EXPECT_EQ(service_.GetCredentials(kForeign, {}).error().code, base::Errc::kNotFound);

  other.default_ = true;
  Put(kOtherPool, other);

  EXPECT_EQ(Find(*service_.GetCredentials(kForeign, {}))->session->pool_id, kOtherPool);
}

TEST_F(IdentityServiceTest, OwnIdentityStaysWithItsPool) {
  const auto id = service_.GetId(kPool, {});
  auto other = APool();
  other.default_ = true;
  Put(kOtherPool, other);

  EXPECT_EQ(Find(*service_.GetCredentials(*id, {}))->session->pool_id, kPool);
}

TEST_F(IdentityServiceTest, LoginIsAlwaysTheSameIdentity) {
  const auto first = service_.GetId(kPool, LoginOf("ann"));
  const auto second = service_.GetId(kPool, LoginOf("ann"));
  const auto other = service_.GetId(kPool, LoginOf("bob"));

  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(*first, *second);
  EXPECT_NE(*first, *other);
}

TEST_F(IdentityServiceTest, CredentialsOfALoginSaySo) {
  const auto id = service_.GetId(kPool, LoginOf("ann"));
  const auto issued = service_.GetCredentials(*id, LoginOf("ann"));

  ASSERT_TRUE(issued.ok());
  EXPECT_EQ(Find(*issued)->session->provider, kProviderName);
}

TEST_F(IdentityServiceTest, IdentityOfALoginNeedsThatLogin) {
  const auto id = service_.GetId(kPool, LoginOf("ann"));

  EXPECT_EQ(service_.GetCredentials(*id, {}).error().code, base::Errc::kForbidden);
  EXPECT_EQ(service_.GetCredentials(*id, LoginOf("bob")).error().code, base::Errc::kForbidden);
}

TEST_F(IdentityServiceTest, LoginThatDoesNotHoldIsRefused) {
  const TestLoginProvider impostor(TestLoginProvider::Kind::kP256);
  const Logins forged = {{kProviderName, TokenFor("ann", impostor)}};
  const Logins unknown = {{"other.example.com", TokenFor("ann", provider_)}};
  const Logins garbage = {{kProviderName, "no token"}};
  for (const Logins& logins : {forged, unknown, garbage}) {
    EXPECT_EQ(service_.GetId(kPool, logins).error().code, base::Errc::kForbidden);
    EXPECT_EQ(service_.GetCredentials(kForeign, logins).error().code, base::Errc::kForbidden);
  }
}

TEST_F(IdentityServiceTest, KeysAreFetchedOnceAnHour) {
  ASSERT_TRUE(service_.GetId(kPool, LoginOf("ann")).ok());
  clock_.Advance(59min);
  ASSERT_TRUE(service_.GetId(kPool, LoginOf("ann")).ok());
  EXPECT_EQ(outbound_.requests().size(), 1u);

  clock_.Advance(1min);
  ASSERT_TRUE(service_.GetId(kPool, LoginOf("ann")).ok());
  EXPECT_EQ(outbound_.requests().size(), 2u);
}

TEST_F(IdentityServiceTest, NewKeyOfTheProviderIsFetchedWhenATokenNamesIt) {
  ASSERT_TRUE(service_.GetId(kPool, LoginOf("ann")).ok());
  const TestLoginProvider rotated(TestLoginProvider::Kind::kP256, "key-2");
  outbound_.Set(kJwksUrl, 200, rotated.KeySet());
  const Logins logins = {{kProviderName, TokenFor("ann", rotated)}};
  EXPECT_FALSE(service_.GetId(kPool, logins).ok()) << "asked again within a minute";

  clock_.Advance(60s);

  EXPECT_TRUE(service_.GetId(kPool, logins).ok());
}

TEST_F(IdentityServiceTest, ProviderThatIsDownForAWhileShutsNobodyOut) {
  ASSERT_TRUE(service_.GetId(kPool, LoginOf("ann")).ok());
  outbound_.Set(kJwksUrl, 500, "");

  clock_.Advance(2h);
  EXPECT_TRUE(service_.GetId(kPool, LoginOf("ann")).ok());

  clock_.Advance(24h);
  const auto id = service_.GetId(kPool, LoginOf("ann"));
  EXPECT_EQ(id.error().code, base::Errc::kForbidden);
  EXPECT_THAT(id.error().message, HasSubstr("cannot be fetched"));
}

TEST_F(IdentityServiceTest, KeysAreFoundByDiscovery) {
  auto pool = APool();
  pool.providers->front().jwks_url.reset();
  Put(kPool, pool);
  outbound_.Set(kIssuer + "/.well-known/openid-configuration",
                200,
                R"({"issuer":"x","jwks_uri":")" + kJwksUrl + R"("})");

  EXPECT_TRUE(service_.GetId(kPool, LoginOf("ann")).ok());
}

TEST_F(IdentityServiceTest, DiscoveryDoesNotLeadAwayFromTls) {
  auto pool = APool();
  pool.providers->front().jwks_url.reset();
  Put(kPool, pool);
  outbound_.Set(kIssuer + "/.well-known/openid-configuration",
                200,
                R"({"jwks_uri":"http://keys.example.com/jwks"})");
  outbound_.Set("http://keys.example.com/jwks", 200, provider_.KeySet());

  EXPECT_FALSE(service_.GetId(kPool, LoginOf("ann")).ok());
}

TEST_F(IdentityServiceTest, WithoutAuthenticationAnyPoolWillDo) {
  IdentityService open({pools_, identity_ids_, tokens_, key_sets_, clock_},
                       {.accept_any_pool = true});

  const auto id = open.GetId(kOtherPool, {});

  ASSERT_TRUE(id.ok());
  EXPECT_TRUE(open.GetCredentials(*id, {}).ok());
}

TEST_F(IdentityServiceTest, PoolsSurviveARestart) {
  const IssuedCredentials issued = GuestCredentials();
  IdentityPools reopened(collaborators_);
  ASSERT_TRUE(reopened.Open().ok());
  IdentityService service({reopened, identity_ids_, tokens_, key_sets_, clock_}, {});

  EXPECT_TRUE(service.Find(issued.credentials.access_key_id, issued.credentials.token).ok());
  EXPECT_EQ(reopened.Get(kPool)->providers.front().issuer, kIssuer);
}

}  // namespace
}  // namespace pinion::identities
