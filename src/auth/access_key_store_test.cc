#include "auth/access_key_store.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "storage/faulty_store.h"
#include "storage/memory_store.h"

namespace pinion::auth {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

class AccessKeyStoreTest : public ::testing::Test {
 protected:
  std::unique_ptr<AccessKeyStore> Open(std::optional<ConfiguredKey> configured = std::nullopt) {
    return *TryOpen(std::move(configured));
  }
  base::Result<std::unique_ptr<AccessKeyStore>> TryOpen(std::optional<ConfiguredKey> configured) {
    return AccessKeyStore::Open({faulty_, *box_, clock_, ids_}, std::move(configured));
  }
  static std::string SecretOf(const AccessKeyStore& keys, std::string_view id) {
    const auto found = keys.Find(id, "");
    return found.ok() ? found->secrets->current : "refused";
  }

  storage::MemoryStore store_;
  storage::FaultyStore faulty_{store_};
  base::SeededRandom random_{3};
  base::IdGenerator ids_{random_};
  base::ManualClock clock_{base::TimestampFromMillis(1'795'432'512'345)};
  std::unique_ptr<SecretBox> box_ = *SecretBox::Open(
      store_, *MasterKey::FromBase64(base::Base64Encode(std::string(32, 'k'))), random_);
};

TEST_F(AccessKeyStoreTest, FirstStartMakesOneAdministrator) {
  const auto created = *Open()->CreateFirstKey();

  ASSERT_TRUE(created.has_value());
  EXPECT_THAT(created->key.id, MatchesRegex("PNAK[A-Z2-7]{16}"));
  EXPECT_THAT(created->secret, MatchesRegex("[A-Za-z0-9]{40}"));
  EXPECT_TRUE(created->key.IsAdministrator());
  EXPECT_EQ(created->key.created_at, clock_.Now());
}

TEST_F(AccessKeyStoreTest, LaterStartsMakeNone) {
  ASSERT_TRUE(Open()->CreateFirstKey()->has_value());

  const auto keys = Open();

  EXPECT_FALSE(keys->CreateFirstKey()->has_value());
  EXPECT_THAT(keys->List(), SizeIs(1));
}

TEST_F(AccessKeyStoreTest, ConfiguredKeyMakesTheFirstOneUnnecessary) {
  const auto keys = Open(ConfiguredKey{"admin", "password"});

  EXPECT_FALSE(keys->CreateFirstKey()->has_value());
  EXPECT_EQ(SecretOf(*keys, "admin"), "password");
  EXPECT_TRUE(keys->Get("admin")->managed_by_config);
  EXPECT_TRUE(keys->Get("admin")->IsAdministrator());
}

TEST_F(AccessKeyStoreTest, ConfiguredKeyIsNotStored) {
  Open(ConfiguredKey{"admin", "password"});

  EXPECT_THAT(Open()->List(), SizeIs(0));
}

TEST_F(AccessKeyStoreTest, ConfiguredPairMustBeUsable) {
  const std::string longest(128, 'x');
  EXPECT_TRUE(TryOpen(ConfiguredKey{"abc", "12345678"}).ok());
  EXPECT_TRUE(TryOpen(ConfiguredKey{longest, longest}).ok());
  for (const ConfiguredKey& bad : {ConfiguredKey{"ab", "12345678"},
                                   ConfiguredKey{"abc", "1234567"},
                                   ConfiguredKey{longest + "x", "12345678"},
                                   ConfiguredKey{"abc", longest + "x"},
                                   ConfiguredKey{"a\nc", "12345678"},
                                   ConfiguredKey{"a,c", "12345678"}}) {
    const auto opened = TryOpen(bad);

    ASSERT_FALSE(opened.ok()) << bad.id;
    EXPECT_EQ(opened.error().code, base::Errc::kInvalidArgument);
  }
}

TEST_F(AccessKeyStoreTest, KeysSurviveARestart) {
  const auto created = *Open()->Create({.name = "ci",
                                        .policies = {"ReadOnly", "Ingest"},
                                        .tags = {{"team", "a"}, {"x", ""}},
                                        .rate_limit = RateLimit{10, 20.5},
                                        .expires_at = clock_.Now() + std::chrono::hours(1)});

  const auto keys = Open();
  const AccessKey key = *keys->Get(created.key.id);

  EXPECT_EQ(SecretOf(*keys, created.key.id), created.secret);
  EXPECT_EQ(key.name, "ci");
  EXPECT_EQ(key.policies, created.key.policies);
  EXPECT_EQ(key.tags, created.key.tags);
  EXPECT_EQ(key.rate_limit->requests_per_second, 10);
  EXPECT_EQ(key.rate_limit->burst, 20.5);
  EXPECT_EQ(key.expires_at, created.key.expires_at);
  EXPECT_EQ(key.created_at, created.key.created_at);
  EXPECT_FALSE(key.managed_by_config);
}

TEST_F(AccessKeyStoreTest, SecretsAreNotInTheStoreInClear) {
  const std::string secret = Open()->Create({.name = "ci"})->secret;

  ASSERT_TRUE(store_
                  .Scan({.prefix = ""},
                        [&](std::string_view, std::string_view value) {
                          EXPECT_THAT(std::string(value), Not(HasSubstr(secret)));
                          return true;
                        })
                  .ok());
}

TEST_F(AccessKeyStoreTest, NamesAreUniqueAndLimited) {
  const auto keys = Open();
  ASSERT_TRUE(keys->Create({.name = "ci"}).ok());

  EXPECT_EQ(keys->Create({.name = "ci"}).error().code, base::Errc::kConflict);
  EXPECT_TRUE(keys->Create({.name = std::string(64, 'a')}).ok());
  for (const std::string& name : {std::string(), std::string(65, 'a'), std::string("a b")}) {
    EXPECT_EQ(keys->Create({.name = name}).error().code, base::Errc::kInvalidArgument);
  }
}

TEST_F(AccessKeyStoreTest, PoliciesAreLimited) {
  const auto keys = Open();

  EXPECT_TRUE(keys->Create({.name = "a", .policies = std::vector<std::string>(10, "Guest")}).ok());
  EXPECT_FALSE(keys->Create({.name = "b", .policies = std::vector<std::string>(11, "Guest")}).ok());
}

TEST_F(AccessKeyStoreTest, UnknownKeyIsUnrecognized) {
  const auto found = Open()->Find("PNAKNOBODY", "");

  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().failure, AuthFailure::kUnrecognizedClient);
}

TEST_F(AccessKeyStoreTest, PermanentKeyTakesNoSessionToken) {
  const auto keys = Open(ConfiguredKey{"admin", "password"});

  const auto found = keys->Find("admin", "token");

  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().failure, AuthFailure::kUnrecognizedClient);
  EXPECT_THAT(found.error().message, HasSubstr("AWS_SESSION_TOKEN"));
}

TEST_F(AccessKeyStoreTest, InactiveKeyIsRefusedAtOnceAndAfterARestart) {
  const auto keys = Open(ConfiguredKey{"admin", "password"});
  const std::string id = keys->Create({.name = "ci"})->key.id;

  ASSERT_TRUE(keys->SetStatus(id, AccessKey::Status::kInactive).ok());
  EXPECT_EQ(SecretOf(*keys, id), "refused");
  EXPECT_EQ(SecretOf(*Open(), id), "refused");

  ASSERT_TRUE(keys->SetStatus(id, AccessKey::Status::kActive).ok());
  EXPECT_NE(SecretOf(*keys, id), "refused");
}

TEST_F(AccessKeyStoreTest, ExpiredKeyIsRefused) {
  const auto keys = Open();
  const auto created =
      *keys->Create({.name = "ci", .expires_at = clock_.Now() + std::chrono::hours(1)});
  EXPECT_EQ(SecretOf(*keys, created.key.id), created.secret);

  clock_.Advance(std::chrono::hours(1));

  EXPECT_EQ(SecretOf(*keys, created.key.id), "refused");
}

TEST_F(AccessKeyStoreTest, LastAdministratorStays) {
  const auto keys = Open();
  const std::string first = keys->Create({.name = "first"})->key.id;
  ASSERT_TRUE(keys->Create({.name = "reader", .policies = {"ReadOnly"}}).ok());

  EXPECT_EQ(keys->Delete(first).error().code, base::Errc::kInvalidArgument);
  EXPECT_EQ(keys->SetStatus(first, AccessKey::Status::kInactive).error().code,
            base::Errc::kInvalidArgument);

  ASSERT_TRUE(keys->Create({.name = "second"}).ok());
  EXPECT_TRUE(keys->Delete(first).ok());
  EXPECT_EQ(Open()->Get(first).error().code, base::Errc::kNotFound);
}

TEST_F(AccessKeyStoreTest, ConfiguredKeyCannotBeChanged) {
  const auto keys = Open(ConfiguredKey{"admin", "password"});
  ASSERT_TRUE(keys->Create({.name = "other"}).ok());

  EXPECT_EQ(keys->Delete("admin").error().code, base::Errc::kInvalidArgument);
  EXPECT_EQ(keys->SetStatus("admin", AccessKey::Status::kInactive).error().code,
            base::Errc::kInvalidArgument);
}

TEST_F(AccessKeyStoreTest, UnknownKeysAreNotFound) {
  const auto keys = Open();

  EXPECT_EQ(keys->Get("x").error().code, base::Errc::kNotFound);
  EXPECT_EQ(keys->Delete("x").error().code, base::Errc::kNotFound);
  EXPECT_EQ(keys->SetStatus("x", AccessKey::Status::kActive).error().code, base::Errc::kNotFound);
}

TEST_F(AccessKeyStoreTest, RotationSurvivesARestart) {
  const auto keys = Open();
  const auto created = *keys->Create({.name = "ci"});
  const auto rotated = *keys->Rotate(created.key.id, std::chrono::seconds(60));

  const auto again = Open();

  const Secrets secrets = *again->Find(created.key.id, "")->secrets;
  EXPECT_EQ(secrets.current, rotated.secret);
  EXPECT_EQ(secrets.previous, created.secret);
  EXPECT_EQ(again->Get(created.key.id)->previous_secret_until,
            clock_.Now() + std::chrono::seconds(60));
}

TEST_F(AccessKeyStoreTest, RotationWithoutGraceEndsTheOldSecret) {
  const auto keys = Open();
  const std::string id = keys->Create({.name = "ci"})->key.id;

  ASSERT_TRUE(keys->Rotate(id, std::chrono::seconds(0)).ok());

  EXPECT_EQ(keys->Find(id, "")->secrets->previous, "");
  EXPECT_FALSE(keys->Rotate(id, AccessKeyStore::kGraceMax + std::chrono::seconds(1)).ok());
}

TEST_F(AccessKeyStoreTest, CallsInProgressKeepThePoliciesTheyBeganWith) {
  const auto keys = Open(ConfiguredKey{"admin", "password"});
  const std::string id = keys->Create({.name = "ci"})->key.id;
  const auto before = keys->Find(id, "")->key;

  ASSERT_TRUE(keys->Update(id, {.policies = {{"Guest"}}}).ok());

  EXPECT_TRUE(before->policies->is_administrator());
  EXPECT_FALSE(keys->Find(id, "")->key->policies->is_administrator());
}

TEST_F(AccessKeyStoreTest, BadPoliciesTagsAndLimitsAreRefused) {
  const auto keys = Open(ConfiguredKey{"admin", "password"});

  EXPECT_FALSE(keys->Create({.name = "a", .policies = {}}).ok());
  EXPECT_FALSE(keys->Create({.name = "a", .policies = {"Owner"}}).ok());
  EXPECT_FALSE(keys->Create({.name = "a", .tags = {{"aws:x", "y"}}}).ok());
  EXPECT_FALSE(keys->Create({.name = "a", .rate_limit = RateLimit{0, 1}}).ok());
  EXPECT_FALSE(keys->Create({.name = "a", .rate_limit = RateLimit{1, 0.5}}).ok());
  EXPECT_THAT(keys->List(), SizeIs(1));
}

TEST_F(AccessKeyStoreTest, UseIsRememberedToTheMinute) {
  const auto keys = Open();
  const std::string id = keys->Create({.name = "ci"})->key.id;

  keys->NoteUse(*keys->Find(id, "")->key);
  const storage::Sequence written = store_.LastSequence();
  keys->NoteUse(*keys->Find(id, "")->key);

  EXPECT_EQ(store_.LastSequence(), written);
  EXPECT_EQ(Open()->Get(id)->last_used_at, std::chrono::floor<std::chrono::minutes>(clock_.Now()));
}

TEST_F(AccessKeyStoreTest, RefusedWriteChangesNothing) {
  const auto keys = Open(ConfiguredKey{"admin", "password"});
  const std::string id = keys->Create({.name = "ci"})->key.id;

  faulty_.FailNextApplies(3);
  EXPECT_FALSE(keys->Create({.name = "other"}).ok());
  EXPECT_FALSE(keys->Delete(id).ok());
  EXPECT_FALSE(keys->SetStatus(id, AccessKey::Status::kInactive).ok());

  EXPECT_THAT(keys->List(), SizeIs(2));
  EXPECT_NE(SecretOf(*keys, id), "refused");
}

TEST_F(AccessKeyStoreTest, LookUpsAndChangesRunTogether) {
  const auto keys = Open(ConfiguredKey{"admin", "password"});
  std::thread changes([&] {
    for (int i = 0; i < 100; ++i) {
      const auto created = keys->Create({.name = "k" + std::to_string(i)});
      EXPECT_TRUE(created.ok());
      EXPECT_TRUE(keys->Delete(created->key.id).ok());
    }
  });
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(SecretOf(*keys, "admin"), "password");
    keys->NoteUse(*keys->Find("admin", "")->key);
  }
  changes.join();

  EXPECT_THAT(keys->List(), SizeIs(1));
}

}  // namespace
}  // namespace pinion::auth
