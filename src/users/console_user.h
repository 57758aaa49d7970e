// A user of the console as it is stored (OPS-43), and its binary form. What proves who somebody is
// is in it hashed or sealed only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace pinion::users {

struct ConsoleUser {
  enum class Status { kActive, kInactive };

  // Unique among users and keys; `aws:username` (AUTH-30).
  std::string name;
  // "" when it is not known.
  std::string email;
  Status status = Status::kActive;
  // Names of roles and policy documents.
  std::vector<std::string> policies;
  base::Timestamp created_at;
  std::optional<base::Timestamp> last_login_at;

  // Argon2id; "" before the setup code is redeemed.
  std::string password_hash;
  // SHA-256 of the code by which the user sets the password, and how long it is good; "" for none.
  std::string setup_hash;
  std::optional<base::Timestamp> setup_until;
  // Sessions that began under another mark have ended.
  std::string session_mark;
  // The secret of the one-time codes; "" for none.
  std::string sealed_totp;
  // Its last code that was used.
  uint64_t totp_used_step = 0;
  // A secret that no code has confirmed yet.
  std::string sealed_new_totp;

  bool active() const { return status == Status::kActive; }
  bool has_password() const { return !password_hash.empty(); }
  bool has_totp() const { return !sealed_totp.empty(); }
};

std::string EncodeConsoleUser(const ConsoleUser& user);
// kInternal for damaged bytes. The name is not in the record but in its key in the store.
base::Result<ConsoleUser> DecodeConsoleUser(std::string_view name, std::string_view bytes);

}  // namespace pinion::users
