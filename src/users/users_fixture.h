// What the tests of this module share: a store in memory that can be made to fail, a manual clock,
// cheap hashes, one access key store.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/access_key_store.h"
#include "auth/master_key.h"
#include "auth/secret_box.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/random.h"
#include "storage/faulty_store.h"
#include "storage/memory_store.h"
#include "users/console_access.h"
#include "users/one_time_code.h"

namespace pinion::users {

inline constexpr char kPassword[] = "correct horse";

MATCHER_P(FailsWith, code, "") {
  if (arg.ok()) {
    *result_listener << "it does not fail";
    return false;
  }
  *result_listener << "it says: " << arg.error().message;
  return arg.error().code == code;
}

class UsersFixture : public ::testing::Test {
 protected:
  UsersFixture() { Reopen(); }

  // As a restart does.
  void Reopen(ConsoleLogin::Options login = {}) {
    access_.reset();
    keys_ = *auth::AccessKeyStore::Open({faulty_, *box_, clock_, ids_}, std::nullopt);
    access_ = *ConsoleAccess::Open({.store = faulty_,
                                    .box = *box_,
                                    .wall_clock = clock_,
                                    .ids = ids_,
                                    .random = random_,
                                    .keys = *keys_},
                                   {.public_url = [] { return std::string("http://localhost"); },
                                    .login = login,
                                    .passwords = {.memory_kib = 64, .passes = 1}});
  }
  UserStore& users() { return access_->users(); }
  SessionStore& sessions() { return access_->sessions(); }
  ConsoleLogin& login() { return access_->login(); }

  UserPtr MakeUser(const std::string& name,
                   const std::vector<std::string>& policies = {"Marketer"}) {
    return users().Create({.name = name, .policies = policies, .password = kPassword})->user;
  }
  // The secret of the one-time codes that the user has from now on.
  std::string GiveTotp(const std::string& name) {
    const std::string secret = *users().PrepareTotp(name);
    EXPECT_TRUE(users().ConfirmTotp(name, CodeNow(secret)).ok());
    return secret;
  }
  std::string CodeNow(const std::string& secret) const {
    return TotpCode(secret, TotpStepOf(clock_.Now()));
  }

  storage::MemoryStore store_;
  storage::FaultyStore faulty_{store_};
  base::SeededRandom random_{5};
  base::IdGenerator ids_{random_};
  base::ManualClock clock_{base::TimestampFromMillis(1'795'432'512'345)};
  std::unique_ptr<auth::SecretBox> box_ = *auth::SecretBox::Open(
      store_, *auth::MasterKey::FromBase64(base::Base64Encode(std::string(32, 'k'))), random_);
  std::unique_ptr<auth::AccessKeyStore> keys_;
  std::unique_ptr<ConsoleAccess> access_;
};

}  // namespace pinion::users
