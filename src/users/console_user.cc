#include "users/console_user.h"

#include "storage/record.h"

namespace pinion::users {
namespace {

// Numbers on disk.
enum Field : uint32_t {
  kEmail = 1,
  kStatus = 2,
  kPolicy = 3,
  kCreatedAt = 4,
  kLastLoginAt = 5,
  kPasswordHash = 6,
  kSetupHash = 7,
  kSetupUntil = 8,
  kSessionMark = 9,
  kSealedTotp = 10,
  kTotpUsedStep = 11,
  kSealedNewTotp = 12,
};

}  // namespace

std::string EncodeConsoleUser(const ConsoleUser& user) {
  storage::RecordWriter writer;
  writer.Text(kEmail, user.email);
  writer.Uint(kStatus, user.active() ? 0 : 1);
  for (const std::string& policy : user.policies) {
    writer.Text(kPolicy, policy);
  }
  writer.Time(kCreatedAt, user.created_at);
  if (user.last_login_at) {
    writer.Time(kLastLoginAt, *user.last_login_at);
  }
  writer.Text(kPasswordHash, user.password_hash);
  writer.Text(kSetupHash, user.setup_hash);
  if (user.setup_until) {
    writer.Time(kSetupUntil, *user.setup_until);
  }
  writer.Text(kSessionMark, user.session_mark);
  writer.Text(kSealedTotp, user.sealed_totp);
  writer.Uint(kTotpUsedStep, user.totp_used_step);
  writer.Text(kSealedNewTotp, user.sealed_new_totp);
  return writer.Take();
}

base::Result<ConsoleUser> DecodeConsoleUser(std::string_view name, std::string_view bytes) {
  ConsoleUser user;
  user.name = name;
  storage::RecordReader reader(bytes);
  while (reader.Next()) {
    switch (reader.field()) {
      case kEmail:
        user.email = reader.Text();
        break;
      case kStatus:
        user.status =
            reader.Uint() == 0 ? ConsoleUser::Status::kActive : ConsoleUser::Status::kInactive;
        break;
      case kPolicy:
        user.policies.emplace_back(reader.Text());
        break;
      case kCreatedAt:
        user.created_at = reader.Time();
        break;
      case kLastLoginAt:
        user.last_login_at = reader.Time();
        break;
      case kPasswordHash:
        user.password_hash = reader.Text();
        break;
      case kSetupHash:
        user.setup_hash = reader.Text();
        break;
      case kSetupUntil:
        user.setup_until = reader.Time();
        break;
      case kSessionMark:
        user.session_mark = reader.Text();
        break;
      case kSealedTotp:
        user.sealed_totp = reader.Text();
        break;
      case kTotpUsedStep:
        user.totp_used_step = reader.Uint();
        break;
      case kSealedNewTotp:
        user.sealed_new_totp = reader.Text();
        break;
      default:
        break;
    }
  }
  PINION_CHECK(reader.Finish("console user"));
  return user;
}

}  // namespace pinion::users
