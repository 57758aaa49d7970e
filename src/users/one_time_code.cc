#include "users/one_time_code.h"

#include <algorithm>
#include <array>

#include "base/base64.h"
#include "base/digest.h"

namespace pinion::users {

uint64_t TotpStepOf(base::Timestamp at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch();
  return static_cast<uint64_t>(std::max<int64_t>(0, seconds / kTotpStep));
}

// RFC 4226, section 5.3, with the step as the counter.
std::string TotpCode(std::string_view secret, uint64_t step) {
  constexpr uint32_t kModulus = 1'000'000;
  std::array<char, sizeof(step)> counter{};
  for (size_t i = 0; i < counter.size(); ++i) {
    counter[counter.size() - 1 - i] = static_cast<char>(step >> (8 * i));
  }
  const std::string mac = base::HmacSha1(secret, {counter.data(), counter.size()});
  const size_t at = static_cast<unsigned char>(mac.back()) & 0x0FU;
  uint32_t number = 0;
  for (size_t i = at; i < at + sizeof(number); ++i) {
    number = (number << 8) | static_cast<unsigned char>(mac[i]);
  }
  const std::string digits = std::to_string((number & 0x7FFFFFFFU) % kModulus);
  return std::string(kTotpDigits - digits.size(), '0') + digits;
}

std::optional<uint64_t> MatchTotp(std::string_view secret, const TotpAttempt& attempt) {
  const uint64_t now = TotpStepOf(attempt.now);
  std::optional<uint64_t> matched;
  for (uint64_t step = now == 0 ? 0 : now - 1; step <= now + 1; ++step) {
    if (base::EqualInConstantTime(TotpCode(secret, step), attempt.code) &&
        step > attempt.used_step) {
      matched = step;
    }
  }
  return matched;
}

std::string TotpSecretText(std::string_view secret) {
  std::string text = base::Base32LowerEncode(secret);
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

std::string TotpUri(std::string_view secret, std::string_view user_name) {
  // Of what a name may have, these would end the label or be read as something else.
  std::string label;
  for (const char c : user_name) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    if (c == '+' || c == '=' || c == ',' || c == '@') {
      label += '%';
      label += kDigits[static_cast<unsigned char>(c) >> 4];
      label += kDigits[static_cast<unsigned char>(c) & 0x0FU];
    } else {
      label += c;
    }
  }
  return "otpauth://totp/Pinion:" + label + "?secret=" + TotpSecretText(secret) +
         "&issuer=Pinion&algorithm=SHA1&digits=6&period=30";
}

}  // namespace pinion::users
