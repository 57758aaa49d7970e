// The stored forms of this module: what was written once must be read for ever.
#include <gtest/gtest.h>

#include "base/hex.h"
#include "users/console_user.h"
#include "users/session_store.h"

namespace pinion::users {
namespace {

base::Timestamp At(int64_t millis) {
  return base::TimestampFromMillis(millis);
}

TEST(StoredFormTest, UserIsReadAndWrittenAsEver) {
  ConsoleUser user;
  user.name = "ann";
  user.email = "e";
  user.status = ConsoleUser::Status::kInactive;
  user.policies = {"p", "q"};
  user.created_at = At(1);
  user.last_login_at = At(2);
  user.password_hash = "h";
  user.setup_hash = "s";
  user.setup_until = At(3);
  user.session_mark = "m";
  user.sealed_totp = "t";
  user.totp_used_step = 4;
  user.sealed_new_totp = "n";
  constexpr char kGolden[] = "06016508010e01700e0171100214041a01681e0173200626016d2a01742c0432016e";

  EXPECT_EQ(base::HexEncode(EncodeConsoleUser(user)), kGolden);

  const auto read = DecodeConsoleUser("ann", *base::HexDecode(kGolden));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->name, "ann");
  EXPECT_EQ(EncodeConsoleUser(*read), EncodeConsoleUser(user));
}

TEST(StoredFormTest, SessionIsReadAndWrittenAsEver) {
  const ConsoleSession session{.owner = {SessionOwner::Kind::kKey, "PNAK"},
                               .mark = "m",
                               .started_at = At(1),
                               .used_at = At(2)};
  constexpr char kGolden[] = "04010a04504e414b0e016d10021404";

  EXPECT_EQ(base::HexEncode(EncodeConsoleSession(session)), kGolden);

  const auto read = DecodeConsoleSession(*base::HexDecode(kGolden));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(EncodeConsoleSession(*read), EncodeConsoleSession(session));
}

TEST(StoredFormTest, DamagedRecordsAreFailures) {
  EXPECT_FALSE(DecodeConsoleUser("ann", "\xff\xff").ok());
  EXPECT_FALSE(DecodeConsoleSession("\xff\xff").ok());
}

}  // namespace
}  // namespace pinion::users
