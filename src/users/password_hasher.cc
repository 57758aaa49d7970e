#include "users/password_hasher.h"

#include <array>
#include <utility>

#include <argon2.h>

#include "base/utf8.h"

namespace pinion::users {
namespace {

constexpr size_t kSaltBytes = 16;
constexpr size_t kHashBytes = 32;
constexpr uint32_t kLanes = 1;

}  // namespace

base::Status CheckPassword(std::string_view password, std::string_view member) {
  if (!base::IsValidUtf8(password) || base::CountCodePoints(password) < kPasswordCharactersMin ||
      password.size() > kPasswordBytesMax) {
    return base::InvalidArgument("Member '" + std::string(member) + "': must have at least " +
                                 std::to_string(kPasswordCharactersMin) +
                                 " characters and at most " + std::to_string(kPasswordBytesMax) +
                                 " bytes.");
  }
  return {};
}

// The right to work at a hash, for as long as it lives.
class PasswordHasher::Turn {
 public:
  explicit Turn(PasswordHasher& hasher) : hasher_(hasher) {
    std::unique_lock lock(hasher_.mutex_);
    if (hasher_.working_ >= hasher_.options_.parallel_max) {
      if (hasher_.waiting_ >= hasher_.options_.waiting_max) {
        return;
      }
      ++hasher_.waiting_;
      hasher_.turn_ended_.wait(lock,
                               [this] { return hasher_.working_ < hasher_.options_.parallel_max; });
      --hasher_.waiting_;
    }
    ++hasher_.working_;
    granted_ = true;
  }
  ~Turn() {
    if (granted_) {
      const std::lock_guard lock(hasher_.mutex_);
      --hasher_.working_;
      hasher_.turn_ended_.notify_one();
    }
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  bool granted() const { return granted_; }
  static base::Error Refusal() {
    return {base::Errc::kTooManyRequests, "Too many passwords are being checked; try again soon."};
  }

 private:
  PasswordHasher& hasher_;
  bool granted_ = false;
};

PasswordHasher::PasswordHasher(Options options, base::RandomSource& random)
    : options_(options), random_(random), nobodys_([&]() -> std::string {
        std::array<uint8_t, kHashBytes> secret{};
        random.Fill(secret);
        const auto hash = Compute({reinterpret_cast<const char*>(secret.data()), secret.size()});
        return hash.ok() ? *hash : "";
      }()) {}

base::Result<std::string> PasswordHasher::Hash(std::string_view password) {
  const Turn turn(*this);
  if (!turn.granted()) {
    return Turn::Refusal();
  }
  return Compute(password);
}

base::Result<std::string> PasswordHasher::Compute(std::string_view password) {
  std::array<uint8_t, kSaltBytes> salt{};
  random_.Fill(salt);
  std::string encoded(
      argon2_encodedlen(
          options_.passes, options_.memory_kib, kLanes, kSaltBytes, kHashBytes, Argon2_id),
      '\0');
  const int failure = argon2id_hash_encoded(options_.passes,
                                            options_.memory_kib,
                                            kLanes,
                                            password.data(),
                                            password.size(),
                                            salt.data(),
                                            salt.size(),
                                            kHashBytes,
                                            encoded.data(),
                                            encoded.size());
  if (failure != ARGON2_OK) {
    return base::Internal(std::string("A password cannot be hashed: ") +
                          argon2_error_message(failure));
  }
  encoded.resize(encoded.find('\0'));
  return encoded;
}

base::Result<bool> PasswordHasher::Verify(const std::string& hash, std::string_view password) {
  const Turn turn(*this);
  if (!turn.granted()) {
    return Turn::Refusal();
  }
  const std::string& against = hash.empty() ? nobodys_ : hash;
  const int outcome = argon2id_verify(against.c_str(), password.data(), password.size());
  if (outcome != ARGON2_OK && outcome != ARGON2_VERIFY_MISMATCH) {
    return base::Internal(std::string("A password cannot be checked: ") +
                          argon2_error_message(outcome));
  }
  return outcome == ARGON2_OK && !hash.empty();
}

}  // namespace pinion::users
