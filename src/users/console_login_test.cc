#include "users/console_login.h"

#include <functional>
#include <vector>

#include "storage/key_space.h"
#include "users/users_fixture.h"

namespace pinion::users {
namespace {

using ::testing::MatchesRegex;

class ConsoleLoginTest : public UsersFixture {
 protected:
  std::string TokenOf(const std::string& name) {
    const auto begun = login().WithPassword({name, kPassword});
    EXPECT_TRUE(begun.ok());
    return begun.ok() ? begun->token : "";
  }
  bool Lives(const std::string& token) { return login().Find(token).has_value(); }
};

TEST_F(ConsoleLoginTest, SessionActsAsItsUser) {
  MakeUser("ann", {"Administrator"});

  const auto begun = login().WithPassword({"ann", kPassword});

  ASSERT_TRUE(begun.ok());
  EXPECT_THAT(begun->token, MatchesRegex("[A-Za-z0-9]{43}"));
  EXPECT_EQ(begun->session.ends_at, clock_.Now() + std::chrono::days(7));
  const auto found = login().Find(begun->token);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->principal.name(), "ann");
  EXPECT_TRUE(found->principal.user->policies->is_administrator());
  EXPECT_EQ(found->csrf_token, begun->session.csrf_token);
  EXPECT_EQ(users().Find("ann")->user.last_login_at, clock_.Now());
}

TEST_F(ConsoleLoginTest, WhateverWasWrongTheAnswerIsTheSame) {
  MakeUser("ann");
  MakeUser("inactive");
  ASSERT_TRUE(users().Update("inactive", {.status = ConsoleUser::Status::kInactive}).ok());
  ASSERT_TRUE(users().Create({.name = "new"}).ok());
  MakeUser("careful");
  GiveTotp("careful");

  const std::string text = login().WithPassword({"nobody", kPassword}).error().message;
  for (const PasswordLogin& wrong : {PasswordLogin{"ann", "wrong horse"},
                                     PasswordLogin{"ann", ""},
                                     PasswordLogin{"inactive", kPassword},
                                     PasswordLogin{"new", kPassword},
                                     PasswordLogin{"careful", kPassword},
                                     PasswordLogin{"careful", kPassword, "000000"}}) {
    const auto refused = login().WithPassword(wrong);
    EXPECT_THAT(refused, FailsWith(base::Errc::kForbidden)) << wrong.user_name;
    EXPECT_EQ(refused.error().message, text);
  }
  EXPECT_EQ(login().WithKey("PNAKNONE", "secret").error().message, text);
}

TEST_F(ConsoleLoginTest, OneTimeCodeIsGoodOnce) {
  MakeUser("ann");
  const std::string secret = GiveTotp("ann");
  // Confirming was a use.
  EXPECT_FALSE(login().WithPassword({"ann", kPassword, CodeNow(secret)}).ok());

  clock_.Advance(kTotpStep);

  const std::string code = CodeNow(secret);
  EXPECT_TRUE(login().WithPassword({"ann", kPassword, code}).ok());
  EXPECT_FALSE(login().WithPassword({"ann", kPassword, code}).ok());
}

TEST_F(ConsoleLoginTest, WrongPasswordUsesNoCodeUp) {
  MakeUser("ann");
  const std::string secret = GiveTotp("ann");
  clock_.Advance(kTotpStep);

  EXPECT_FALSE(login().WithPassword({"ann", "wrong horse", CodeNow(secret)}).ok());

  EXPECT_TRUE(login().WithPassword({"ann", kPassword, CodeNow(secret)}).ok());
}

TEST_F(ConsoleLoginTest, IdleSessionEnds) {
  MakeUser("ann");
  const std::string used = TokenOf("ann");
  const std::string idle = TokenOf("ann");

  clock_.Advance(std::chrono::hours(11));
  EXPECT_TRUE(Lives(used));
  clock_.Advance(std::chrono::hours(1));

  EXPECT_FALSE(Lives(idle));
  EXPECT_TRUE(Lives(used));
}

TEST_F(ConsoleLoginTest, SessionInUseEndsAfterSevenDays) {
  MakeUser("ann");
  const std::string token = TokenOf("ann");
  for (int hours = 6; hours < 7 * 24; hours += 6) {
    clock_.Advance(std::chrono::hours(6));
    ASSERT_TRUE(Lives(token)) << hours;
  }

  clock_.Advance(std::chrono::hours(6));

  EXPECT_FALSE(Lives(token));
}

TEST_F(ConsoleLoginTest, SessionsSurviveARestartWithTheirLastUse) {
  MakeUser("ann");
  const std::string token = TokenOf("ann");
  clock_.Advance(std::chrono::hours(11));
  ASSERT_TRUE(Lives(token));

  Reopen();
  clock_.Advance(std::chrono::hours(11));

  EXPECT_TRUE(Lives(token));
}

TEST_F(ConsoleLoginTest, LogoutEndsOneSession) {
  MakeUser("ann");
  const std::string first = TokenOf("ann");
  const std::string second = TokenOf("ann");

  ASSERT_TRUE(login().End(first).ok());

  EXPECT_FALSE(Lives(first));
  EXPECT_TRUE(Lives(second));
  EXPECT_FALSE(Lives("unknown"));
  EXPECT_FALSE(Lives(std::string(1000, 'x')));
}

TEST_F(ConsoleLoginTest, SessionsEndWithPasswordStatusAndUser) {
  using Change = std::function<base::Status()>;
  const std::vector<Change> changes = {
      [&] {
        return users().Update("ann", {.password = "another password"}).ok() ? base::Status()
                                                                            : base::Internal("");
      },
      [&] {
        EXPECT_TRUE(users().Update("ann", {.status = ConsoleUser::Status::kInactive}).ok());
        return users().Update("ann", {.status = ConsoleUser::Status::kActive}).ok()
                   ? base::Status()
                   : base::Internal("");
      },
      [&] { return users().EndSessions("ann"); },
      [&] { return users().ResetPassword("ann").ok() ? base::Status() : base::Internal(""); },
      [&] {
        EXPECT_TRUE(users().Delete("ann").ok());
        MakeUser("ann");
        return base::Status();
      }};
  for (size_t i = 0; i < changes.size(); ++i) {
    if (users().Find("ann") != nullptr) {
      ASSERT_TRUE(users().Delete("ann").ok());
    }
    MakeUser("ann");
    const std::string token = TokenOf("ann");
    ASSERT_TRUE(Lives(token));

    ASSERT_TRUE(changes[i]().ok());

    EXPECT_FALSE(Lives(token)) << "change " << i;
  }
}

TEST_F(ConsoleLoginTest, OtherChangesLeaveSessions) {
  MakeUser("ann");
  const std::string token = TokenOf("ann");

  ASSERT_TRUE(users().Update("ann", {.policies = std::vector<std::string>{"Administrator"}}).ok());

  const auto found = login().Find(token);
  ASSERT_TRUE(found.has_value());
  EXPECT_TRUE(found->principal.user->policies->is_administrator());
}

TEST_F(ConsoleLoginTest, KeyLogsInWithItsSecret) {
  const auto key = *keys_->Create({.name = "ci", .policies = {"ReadOnly"}});

  const auto begun = login().WithKey(key.key.id, key.secret);

  ASSERT_TRUE(begun.ok());
  EXPECT_EQ(login().Find(begun->token)->principal.key->key.id, key.key.id);
  EXPECT_THAT(login().WithKey(key.key.id, "wrong"), FailsWith(base::Errc::kForbidden));
  EXPECT_THAT(login().WithKey(key.key.id, ""), FailsWith(base::Errc::kForbidden));
}

TEST_F(ConsoleLoginTest, SessionOfAKeyEndsWithIt) {
  ASSERT_TRUE(keys_->Create({.name = "root"}).ok());
  const auto key = *keys_->Create({.name = "ci"});
  const std::string token = login().WithKey(key.key.id, key.secret)->token;
  ASSERT_TRUE(Lives(token));

  ASSERT_TRUE(keys_->SetStatus(key.key.id, auth::AccessKey::Status::kInactive).ok());

  EXPECT_FALSE(Lives(token));
  ASSERT_TRUE(keys_->SetStatus(key.key.id, auth::AccessKey::Status::kActive).ok());
  EXPECT_FALSE(Lives(token));
}

TEST_F(ConsoleLoginTest, SessionOfAKeyThatWasInactiveAtAStartStaysEnded) {
  ASSERT_TRUE(keys_->Create({.name = "root"}).ok());
  const auto key = *keys_->Create({.name = "ci"});
  const std::string token = login().WithKey(key.key.id, key.secret)->token;
  ASSERT_TRUE(keys_->SetStatus(key.key.id, auth::AccessKey::Status::kInactive).ok());

  Reopen();
  ASSERT_TRUE(keys_->SetStatus(key.key.id, auth::AccessKey::Status::kActive).ok());

  EXPECT_FALSE(Lives(token));
}

TEST_F(ConsoleLoginTest, SessionOfARotatedSecretLastsForItsGrace) {
  const auto key = *keys_->Create({.name = "root"});
  const std::string token = login().WithKey(key.key.id, key.secret)->token;
  const auto rotated = *keys_->Rotate(key.key.id, std::chrono::hours(1));

  EXPECT_TRUE(Lives(token));
  EXPECT_TRUE(login().WithKey(key.key.id, key.secret).ok());
  const std::string after = login().WithKey(key.key.id, rotated.secret)->token;
  clock_.Advance(std::chrono::hours(1));

  EXPECT_FALSE(Lives(token));
  EXPECT_FALSE(login().WithKey(key.key.id, key.secret).ok());
  EXPECT_TRUE(Lives(after));
}

TEST_F(ConsoleLoginTest, OneMoreThanTheMostEndsTheOneUsedLongestAgo) {
  const auto key = *keys_->Create({.name = "root"});
  std::vector<std::string> tokens;
  for (size_t i = 0; i < kSessionsPerOwnerMax; ++i) {
    tokens.push_back(login().WithKey(key.key.id, key.secret)->token);
    clock_.Advance(std::chrono::minutes(1));
  }
  ASSERT_TRUE(Lives(tokens[0]));

  const std::string one_more = login().WithKey(key.key.id, key.secret)->token;

  EXPECT_TRUE(Lives(one_more));
  EXPECT_TRUE(Lives(tokens[0]));
  EXPECT_FALSE(Lives(tokens[1]));
  EXPECT_TRUE(Lives(tokens[2]));
}

TEST_F(ConsoleLoginTest, RequiredCodesAreAskedOfUsersWithoutThem) {
  MakeUser("ann");
  const auto key = *keys_->Create({.name = "root"});
  Reopen({.require_totp = true});

  const std::string token = TokenOf("ann");

  EXPECT_TRUE(login().Find(token)->totp_required);
  GiveTotp("ann");
  EXPECT_FALSE(login().Find(token)->totp_required);
  EXPECT_FALSE(login().WithKey(key.key.id, key.secret)->session.totp_required);
}

TEST_F(ConsoleLoginTest, DamagedSessionIsAsOneThatHasEnded) {
  MakeUser("ann");
  const std::string token = TokenOf("ann");
  storage::WriteBatch batch;
  ASSERT_TRUE(
      store_
          .Scan({.prefix = std::string(1, static_cast<char>(storage::KeySpace::kConsoleSession))},
                [&](std::string_view key, std::string_view) {
                  batch.Put(std::string(key), "\xff\xff");
                  return true;
                })
          .ok());
  ASSERT_TRUE(store_.Apply(batch).ok());

  Reopen();

  EXPECT_FALSE(Lives(token));
}

}  // namespace
}  // namespace pinion::users
