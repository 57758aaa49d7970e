#include "audience/endpoint_identity.h"

#include <algorithm>

#include "base/digest.h"
#include "base/utf8.h"

namespace pinion::audience {
namespace {

constexpr size_t kEndpointIdMax = 256;
constexpr uint64_t kCohorts = 100;
constexpr size_t kDerivedIdBytes = 16;

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool IsForbidden(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F || c == '$' || c == '{' || c == '}';
}

// C1 control characters, U+0080 to U+009F, are 0xC2 0x80 to 0xC2 0x9F in UTF-8.
bool HasSecondControlSet(std::string_view text) {
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    const auto second = static_cast<unsigned char>(text[i + 1]);
    if (static_cast<unsigned char>(text[i]) == 0xC2 && second >= 0x80 && second <= 0x9F) {
      return true;
    }
  }
  return false;
}

std::string LowerCaseBase32(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
  std::string text;
  uint32_t pending = 0;
  int bits = 0;
  for (const char c : bytes) {
    pending = (pending << 8) | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 5; bits -= 5) {
      text.push_back(kAlphabet[(pending >> (bits - 5)) & 31]);
    }
    pending &= (1U << bits) - 1;
  }
  if (bits > 0) {
    text.push_back(kAlphabet[(pending << (5 - bits)) & 31]);
  }
  return text;
}

}  // namespace

std::optional<std::string_view> EndpointIdViolation(std::string_view id) {
  if (id.empty() || (id.size() > kEndpointIdMax && base::CountCodePoints(id) > kEndpointIdMax)) {
    return "must have 1 to 256 characters.";
  }
  if (std::any_of(id.begin(), id.end(), IsForbidden) || HasSecondControlSet(id)) {
    return "must not contain $, {, } or control characters.";
  }
  return std::nullopt;
}

std::string EndpointKey(std::string_view id) {
  std::string key(id);
  std::transform(key.begin(), key.end(), key.begin(), Lower);
  return key;
}

uint8_t CohortOf(std::string_view app, std::string_view endpoint_id) {
  const std::string text = std::string(app) + "|" + EndpointKey(endpoint_id);
  return static_cast<uint8_t>(base::Sha256Prefix64(text) % kCohorts);
}

bool IsPush(model::ChannelType channel) {
  return channel == model::ChannelType::kPush || IsDevicePush(channel);
}

bool IsDevicePush(model::ChannelType channel) {
  switch (channel) {
    case model::ChannelType::kGcm:
    case model::ChannelType::kApns:
    case model::ChannelType::kApnsSandbox:
    case model::ChannelType::kApnsVoip:
    case model::ChannelType::kApnsVoipSandbox:
    case model::ChannelType::kAdm:
    case model::ChannelType::kBaidu:
      return true;
    default:
      return false;
  }
}

std::string ComparableAddress(model::ChannelType channel, std::string_view address) {
  switch (channel) {
    case model::ChannelType::kEmail:
      return EndpointKey(address);
    case model::ChannelType::kSms:
    case model::ChannelType::kVoice: {
      std::string digits;
      std::copy_if(address.begin(), address.end(), std::back_inserter(digits), [](char c) {
        return c >= '0' && c <= '9';
      });
      // Placeholders without any digit are not one number.
      return digits.empty() ? std::string(address) : digits;
    }
    default:
      return std::string(address);
  }
}

bool SameAddress(model::ChannelType channel, std::string_view a, std::string_view b) {
  return a == b || ComparableAddress(channel, a) == ComparableAddress(channel, b);
}

std::string DerivedEndpointId(model::ChannelType channel,
                              std::string_view address,
                              std::string_view user_id) {
  std::string text(model::ToWire(channel));
  text.append("\n").append(ComparableAddress(channel, address)).append("\n").append(user_id);
  return LowerCaseBase32(base::Sha256(text).substr(0, kDerivedIdBytes));
}

}  // namespace pinion::audience
