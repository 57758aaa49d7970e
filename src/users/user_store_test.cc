#include "users/user_store.h"

#include <atomic>
#include <cctype>
#include <thread>

#include "storage/key.h"
#include "users/users_fixture.h"

namespace pinion::users {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

class UserStoreTest : public UsersFixture {
 protected:
  // All that the store holds, as one text.
  std::string Stored() {
    std::string text;
    EXPECT_TRUE(store_
                    .Scan({.prefix = ""},
                          [&](std::string_view key, std::string_view value) {
                            text.append(key).append(value);
                            return true;
                          })
                    .ok());
    return text;
  }
};

TEST_F(UserStoreTest, UsersSurviveARestart) {
  ASSERT_TRUE(users()
                  .Create({.name = "ann",
                           .email = "ann@example.com",
                           .policies = {"Marketer", "Ingest"},
                           .password = kPassword})
                  .ok());

  Reopen();

  const UserPtr ann = users().Find("ann");
  ASSERT_NE(ann, nullptr);
  EXPECT_EQ(ann->user.email, "ann@example.com");
  EXPECT_THAT(ann->user.policies, ::testing::ElementsAre("Marketer", "Ingest"));
  EXPECT_TRUE(ann->user.active());
  EXPECT_EQ(ann->user.created_at, clock_.Now());
  EXPECT_TRUE(login().WithPassword({"ann", kPassword}).ok());
}

TEST_F(UserStoreTest, StoreHoldsNoSecretInClear) {
  MakeUser("ann");
  const std::string secret = GiveTotp("ann");
  const std::string token = login().WithPassword({"ann", kPassword}).ok() ? "" : "refused";
  const std::string code = users().Create({.name = "bob"})->setup_code;

  const std::string stored = Stored();

  EXPECT_THAT(stored, HasSubstr("$argon2id$"));
  EXPECT_THAT(stored, Not(HasSubstr(kPassword)));
  EXPECT_THAT(stored, Not(HasSubstr(secret)));
  EXPECT_THAT(stored, Not(HasSubstr(code)));
}

TEST_F(UserStoreTest, NewUserIsChecked) {
  EXPECT_THAT(users().Create({.name = "a b"}), FailsWith(base::Errc::kInvalidArgument));
  EXPECT_THAT(users().Create({.name = ""}), FailsWith(base::Errc::kInvalidArgument));
  EXPECT_THAT(users().Create({.name = "ann", .email = "ann"}),
              FailsWith(base::Errc::kInvalidArgument));
  EXPECT_THAT(users().Create({.name = "ann", .policies = {}}),
              FailsWith(base::Errc::kInvalidArgument));
  EXPECT_THAT(users().Create({.name = "ann", .policies = {"Owner"}}),
              FailsWith(base::Errc::kInvalidArgument));
  EXPECT_THAT(users().Create({.name = "ann", .password = "too short"}),
              FailsWith(base::Errc::kInvalidArgument));
  EXPECT_THAT(users().List(), IsEmpty());
}

TEST_F(UserStoreTest, NamesAreUniqueAmongUsersAndKeys) {
  MakeUser("ann");
  ASSERT_TRUE(keys_->Create({.name = "ci"}).ok());

  EXPECT_THAT(users().Create({.name = "ann"}), FailsWith(base::Errc::kConflict));
  EXPECT_THAT(users().Create({.name = "ci"}), FailsWith(base::Errc::kConflict));
  EXPECT_THAT(keys_->Create({.name = "ann"}), FailsWith(base::Errc::kConflict));
}

TEST_F(UserStoreTest, FailedWriteChangesNothing) {
  MakeUser("ann");
  faulty_.FailNextApplies(3);

  EXPECT_FALSE(users().Create({.name = "bob"}).ok());
  EXPECT_FALSE(users().Update("ann", {.status = ConsoleUser::Status::kInactive}).ok());
  EXPECT_FALSE(users().Delete("ann").ok());

  EXPECT_THAT(users().List(), SizeIs(1));
  EXPECT_TRUE(users().Find("ann")->user.active());
}

TEST_F(UserStoreTest, UpdateMerges) {
  MakeUser("ann");

  ASSERT_TRUE(users().Update("ann", {.email = "ann@example.com"}).ok());
  ASSERT_TRUE(users().Update("ann", {.policies = std::vector<std::string>{"ReadOnly"}}).ok());

  const UserPtr ann = users().Find("ann");
  EXPECT_EQ(ann->user.email, "ann@example.com");
  EXPECT_THAT(ann->user.policies, ::testing::ElementsAre("ReadOnly"));
  EXPECT_TRUE(ann->user.has_password());
  EXPECT_THAT(users().Update("bob", {}), FailsWith(base::Errc::kNotFound));
}

TEST_F(UserStoreTest, LastAdministratorAmongUsersAndKeysStays) {
  MakeUser("ann", {"Administrator"});
  const auto refused = FailsWith(base::Errc::kInvalidArgument);

  EXPECT_THAT(users().Delete("ann"), refused);
  EXPECT_THAT(users().Update("ann", {.status = ConsoleUser::Status::kInactive}), refused);
  EXPECT_THAT(users().Update("ann", {.policies = std::vector<std::string>{"ReadOnly"}}), refused);

  const std::string key = keys_->Create({.name = "root"})->key.id;
  ASSERT_TRUE(users().Delete("ann").ok());
  EXPECT_THAT(keys_->Delete(key), refused);
  MakeUser("bob", {"Administrator"});
  EXPECT_TRUE(keys_->Delete(key).ok());
}

TEST_F(UserStoreTest, WhoCannotLogInIsNoAdministrator) {
  const std::string key = keys_->Create({.name = "root"})->key.id;
  ASSERT_TRUE(users().Create({.name = "ann"}).ok());

  EXPECT_THAT(keys_->Delete(key), FailsWith(base::Errc::kInvalidArgument));

  MakeUser("bob", {"Administrator"});
  EXPECT_TRUE(keys_->Delete(key).ok());
  EXPECT_THAT(users().Update("bob", {.status = ConsoleUser::Status::kInactive}),
              FailsWith(base::Errc::kInvalidArgument));
}

TEST_F(UserStoreTest, FirstKeyIsNotMadeWhereAUserAdministers) {
  MakeUser("ann", {"Administrator"});

  EXPECT_FALSE(keys_->CreateFirstKey()->has_value());
}

TEST_F(UserStoreTest, SetupCodeSetsThePasswordOnce) {
  const std::string code = users().Create({.name = "ann"})->setup_code;
  EXPECT_THAT(code, MatchesRegex("[A-Z2-7]{4}(-[A-Z2-7]{4}){3}"));
  EXPECT_FALSE(login().WithPassword({"ann", kPassword}).ok());

  const auto redeemed = users().RedeemSetupCode({.code = code, .password = kPassword});

  ASSERT_TRUE(redeemed.ok());
  EXPECT_EQ((*redeemed)->user.name, "ann");
  EXPECT_TRUE(login().WithPassword({"ann", kPassword}).ok());
  EXPECT_THAT(users().RedeemSetupCode({.code = code, .password = "another password"}),
              FailsWith(base::Errc::kForbidden));
}

TEST_F(UserStoreTest, SetupCodeIsReadWithoutCaseAndDashes) {
  std::string code = users().Create({.name = "ann"})->setup_code;
  std::erase(code, '-');
  for (char& c : code) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }

  EXPECT_TRUE(users().RedeemSetupCode({.code = " " + code, .password = kPassword}).ok());
}

TEST_F(UserStoreTest, SetupCodeIsNotUsedUpByABadPasswordOrAnotherName) {
  const std::string code = users().Create({.name = "ann"})->setup_code;

  EXPECT_THAT(users().RedeemSetupCode({.code = code, .password = "short"}),
              FailsWith(base::Errc::kInvalidArgument));
  EXPECT_THAT(users().RedeemSetupCode({.code = code, .user_name = "bob", .password = kPassword}),
              FailsWith(base::Errc::kForbidden));

  EXPECT_TRUE(
      users().RedeemSetupCode({.code = code, .user_name = "ann", .password = kPassword}).ok());
}

TEST_F(UserStoreTest, SetupCodeIsGoodForADay) {
  const std::string late = users().Create({.name = "ann"})->setup_code;
  const std::string in_time = users().Create({.name = "bob"})->setup_code;

  clock_.Advance(std::chrono::hours(24) - std::chrono::milliseconds(1));
  EXPECT_TRUE(users().RedeemSetupCode({.code = in_time, .password = kPassword}).ok());
  clock_.Advance(std::chrono::milliseconds(1));
  EXPECT_THAT(users().RedeemSetupCode({.code = late, .password = kPassword}),
              FailsWith(base::Errc::kForbidden));
}

TEST_F(UserStoreTest, OfTwoAtOnceOneRedeemsACode) {
  const std::string code = *users().MakeFirstSetupCode();
  std::atomic<int> redeemed = 0;
  const auto redeem = [&](const std::string& name) {
    const auto user =
        users().RedeemSetupCode({.code = code, .user_name = name, .password = kPassword});
    redeemed += user.ok() ? 1 : 0;
  };
  std::thread ann([&] { redeem("ann"); });
  std::thread bob([&] { redeem("bob"); });
  ann.join();
  bob.join();

  EXPECT_EQ(redeemed, 1);
  EXPECT_THAT(users().List(), SizeIs(1));
}

TEST_F(UserStoreTest, SetupCodeOfAnInactiveUserIsNotGood) {
  const std::string code = users().Create({.name = "ann"})->setup_code;
  ASSERT_TRUE(users().Update("ann", {.status = ConsoleUser::Status::kInactive}).ok());

  EXPECT_THAT(users().RedeemSetupCode({.code = code, .password = kPassword}),
              FailsWith(base::Errc::kForbidden));
}

TEST_F(UserStoreTest, CodeOfTheFirstStartMakesOneAdministrator) {
  const std::string code = *users().MakeFirstSetupCode();
  EXPECT_THAT(code, MatchesRegex("[A-Z2-7]{4}-[A-Z2-7]{4}"));
  Reopen();

  EXPECT_THAT(users().RedeemSetupCode({.code = code, .password = kPassword}),
              FailsWith(base::Errc::kInvalidArgument));
  const auto first =
      users().RedeemSetupCode({.code = code, .user_name = "ann", .password = kPassword});

  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_TRUE((*first)->policies->is_administrator());
  EXPECT_THAT(users().RedeemSetupCode({.code = code, .user_name = "bob", .password = kPassword}),
              FailsWith(base::Errc::kForbidden));
}

TEST_F(UserStoreTest, CodeOfTheFirstStartIsGoodForADay) {
  const std::string code = *users().MakeFirstSetupCode();
  clock_.Advance(std::chrono::hours(24));

  EXPECT_THAT(users().RedeemSetupCode({.code = code, .user_name = "ann", .password = kPassword}),
              FailsWith(base::Errc::kForbidden));
}

TEST_F(UserStoreTest, ResetPasswordIsReplacedByASetupCode) {
  MakeUser("ann", {"Administrator"});

  const auto reset = users().ResetPassword("ann");

  ASSERT_TRUE(reset.ok());
  EXPECT_FALSE(login().WithPassword({"ann", kPassword}).ok());
  EXPECT_TRUE(
      users().RedeemSetupCode({.code = reset->setup_code, .password = "another password"}).ok());
  EXPECT_TRUE(login().WithPassword({"ann", "another password"}).ok());
  EXPECT_THAT(users().ResetPassword("bob"), FailsWith(base::Errc::kNotFound));
}

TEST_F(UserStoreTest, OneTimeCodesCountOnceOneIsConfirmed) {
  MakeUser("ann");
  EXPECT_THAT(users().ConfirmTotp("ann", "000000"), FailsWith(base::Errc::kConflict));
  const std::string secret = *users().PrepareTotp("ann");
  EXPECT_FALSE(users().Find("ann")->user.has_totp());
  EXPECT_THAT(users().ConfirmTotp("ann", "12345"), FailsWith(base::Errc::kInvalidArgument));

  ASSERT_TRUE(users().ConfirmTotp("ann", CodeNow(secret)).ok());
  Reopen();

  EXPECT_TRUE(users().Find("ann")->user.has_totp());
  EXPECT_FALSE(login().WithPassword({"ann", kPassword}).ok());
  clock_.Advance(kTotpStep);
  EXPECT_TRUE(login().WithPassword({"ann", kPassword, CodeNow(secret)}).ok());
  ASSERT_TRUE(users().RemoveTotp("ann").ok());
  EXPECT_TRUE(login().WithPassword({"ann", kPassword}).ok());
}

TEST_F(UserStoreTest, DamagedRecordStopsTheStart) {
  storage::WriteBatch batch;
  batch.Put(storage::KeyWriter(storage::KeySpace::kConsoleUser).Text("ann").Take(), "\xff\xff");
  ASSERT_TRUE(store_.Apply(batch).ok());

  EXPECT_FALSE(ConsoleAccess::Open({.store = store_,
                                    .box = *box_,
                                    .wall_clock = clock_,
                                    .ids = ids_,
                                    .random = random_,
                                    .keys = *keys_},
                                   {})
                   .ok());
}

}  // namespace
}  // namespace pinion::users
