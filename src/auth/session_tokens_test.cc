#include "auth/session_tokens.h"

#include <gtest/gtest.h>

#include "auth/master_key.h"
#include "base/base64.h"
#include "base/random.h"
#include "storage/memory_store.h"

namespace pinion::auth {
namespace {

class SessionTokensTest : public ::testing::Test {
 protected:
  static std::unique_ptr<SecretBox> OpenBox(storage::KeyValueStore& store,
                                            base::RandomSource& random) {
    const auto key = MasterKey::FromBase64(base::Base64Encode(std::string(kMasterKeyBytes, 'k')));
    return *SecretBox::Open(store, *key, random);
  }

  static Session AGuest() {
    Session session;
    session.pool_id = "us-east-1:2f0b1d9e-0000-4000-8000-000000000001";
    session.identity_id = "us-east-1:2f0b1d9e-0000-4000-8000-000000000002";
    session.issued_at = base::TimestampFromMillis(1'795'432'500'123);
    session.expires_at = base::TimestampFromMillis(1'795'436'100'123);
    return session;
  }

  storage::MemoryStore store_;
  base::SeededRandom random_{7};
  base::IdGenerator ids_{random_};
  const std::unique_ptr<SecretBox> box_ = OpenBox(store_, random_);
  const SessionTokens tokens_{*box_, ids_};
};

TEST_F(SessionTokensTest, TokenHoldsWhatItWasIssuedFor) {
  const SessionCredentials issued = tokens_.Issue(AGuest());

  const auto opened = tokens_.Open(issued.access_key_id, issued.token);

  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ(opened->secret, issued.secret);
  EXPECT_EQ(opened->session.access_key_id, issued.access_key_id);
  EXPECT_EQ(opened->session.pool_id, AGuest().pool_id);
  EXPECT_EQ(opened->session.identity_id, AGuest().identity_id);
  EXPECT_EQ(opened->session.issued_at, AGuest().issued_at);
  EXPECT_EQ(opened->session.expires_at, AGuest().expires_at);
  EXPECT_FALSE(opened->session.authenticated());
}

TEST_F(SessionTokensTest, TokenRemembersTheLogin) {
  Session session = AGuest();
  session.provider = "accounts.example.com";
  const SessionCredentials issued = tokens_.Issue(session);

  const auto opened = tokens_.Open(issued.access_key_id, issued.token);

  ASSERT_TRUE(opened.ok());
  EXPECT_TRUE(opened->session.authenticated());
  EXPECT_EQ(opened->session.provider, "accounts.example.com");
}

TEST_F(SessionTokensTest, KeysAreMarkedAndNeverTheSameTwice) {
  const SessionCredentials first = tokens_.Issue(AGuest());
  const SessionCredentials second = tokens_.Issue(AGuest());

  EXPECT_TRUE(first.access_key_id.starts_with(kSessionKeyPrefix));
  EXPECT_EQ(first.access_key_id.size(), 20u);
  EXPECT_EQ(first.secret.size(), 40u);
  EXPECT_NE(first.access_key_id, second.access_key_id);
  EXPECT_NE(first.secret, second.secret);
}

TEST_F(SessionTokensTest, IssuingStoresNothing) {
  const storage::Sequence before = store_.LastSequence();

  tokens_.Issue(AGuest());

  EXPECT_EQ(store_.LastSequence(), before);
}

TEST_F(SessionTokensTest, TokenOutlivesTheProcess) {
  const SessionCredentials issued = tokens_.Issue(AGuest());
  const auto reopened = OpenBox(store_, random_);

  EXPECT_TRUE(SessionTokens(*reopened, ids_).Open(issued.access_key_id, issued.token).ok());
}

TEST_F(SessionTokensTest, EveryAlteredCharacterIsNoticed) {
  const SessionCredentials issued = tokens_.Issue(AGuest());
  for (size_t i = 0; i < issued.token.size(); ++i) {
    std::string altered = issued.token;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    const auto opened = tokens_.Open(issued.access_key_id, altered);
    // The last character may have bits that count for nothing.
    ASSERT_TRUE(!opened.ok() || i + 1 == issued.token.size()) << i;
  }
}

TEST_F(SessionTokensTest, TokenIsOfNoUseWithAnotherKey) {
  const SessionCredentials issued = tokens_.Issue(AGuest());
  const SessionCredentials other = tokens_.Issue(AGuest());

  const auto opened = tokens_.Open(other.access_key_id, issued.token);

  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().failure, AuthFailure::kUnrecognizedClient);
}

TEST_F(SessionTokensTest, SessionKeyWithoutTokenIsToldWhatIsMissing) {
  const SessionCredentials issued = tokens_.Issue(AGuest());

  const auto opened = tokens_.Open(issued.access_key_id, "");

  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().failure, AuthFailure::kUnrecognizedClient);
  EXPECT_NE(opened.error().message.find("X-Amz-Security-Token"), std::string::npos);
}

TEST_F(SessionTokensTest, TextBeyondTheLimitIsNoToken) {
  EXPECT_FALSE(
      tokens_.Open("PNSIAAAAAAAAAAAAAAAA", std::string(kSessionTokenBytesMax + 1, 'A')).ok());
}

}  // namespace
}  // namespace pinion::auth
