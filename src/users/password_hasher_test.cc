#include "users/password_hasher.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pinion::users {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class PasswordHasherTest : public ::testing::Test {
 protected:
  base::SeededRandom random_{7};
  PasswordHasher hasher_{{.memory_kib = 64, .passes = 1}, random_};
};

TEST_F(PasswordHasherTest, HashIsArgon2idWithItsCosts) {
  EXPECT_THAT(*hasher_.Hash("correct horse"), StartsWith("$argon2id$v=19$m=64,t=1,p=1$"));
  PasswordHasher usual({}, random_);
  EXPECT_THAT(*usual.Hash("correct horse"), StartsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
}

TEST_F(PasswordHasherTest, HashIsOfOnePasswordOnly) {
  const std::string hash = *hasher_.Hash("correct horse");

  EXPECT_TRUE(*hasher_.Verify(hash, "correct horse"));
  EXPECT_FALSE(*hasher_.Verify(hash, "correct horsf"));
  EXPECT_FALSE(*hasher_.Verify(hash, ""));
}

TEST_F(PasswordHasherTest, EqualPasswordsHaveDifferentHashes) {
  EXPECT_NE(*hasher_.Hash("correct horse"), *hasher_.Hash("correct horse"));
}

TEST_F(PasswordHasherTest, NoHashIsOfNoPassword) {
  EXPECT_FALSE(*hasher_.Verify("", "correct horse"));
  EXPECT_FALSE(*hasher_.Verify("", ""));
}

TEST_F(PasswordHasherTest, DamagedHashIsAFailure) {
  const auto verified = hasher_.Verify("$argon2id$nonsense", "correct horse");

  ASSERT_FALSE(verified.ok());
  EXPECT_EQ(verified.error().code, base::Errc::kInternal);
}

TEST_F(PasswordHasherTest, PasswordHasTenCharactersAndNotTooManyBytes) {
  EXPECT_TRUE(CheckPassword("0123456789", "Password").ok());
  EXPECT_TRUE(CheckPassword(std::string(1024, 'x'), "Password").ok());
  const auto refused = CheckPassword("012345678", "Password");
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("'Password': must have at least 10"));
  EXPECT_FALSE(CheckPassword(std::string(1025, 'x'), "Password").ok());
  // Nine characters of two bytes each.
  EXPECT_FALSE(CheckPassword("äöüäöüäöü", "Password").ok());
  EXPECT_TRUE(CheckPassword("äöüäöüäöüä", "Password").ok());
}

TEST_F(PasswordHasherTest, ThoseBeyondTheQueueAreRefusedAndAllOthersServed) {
  PasswordHasher narrow({.memory_kib = 1024, .passes = 1, .parallel_max = 1, .waiting_max = 1},
                        random_);
  std::atomic<int> served = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 5; ++round) {
        const auto hash = narrow.Hash("correct horse");
        ++(hash.ok() ? served : refused);
        EXPECT_TRUE(hash.ok() || hash.error().code == base::Errc::kTooManyRequests);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }

  EXPECT_EQ(served + refused, 40);
  EXPECT_GE(served, 1);
}

}  // namespace
}  // namespace pinion::users
