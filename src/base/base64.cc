#include "base/base64.h"

#include <array>
#include <cstdint>

namespace pinion::base {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlSafe =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";

using DecodeTable = std::array<int8_t, 256>;

constexpr DecodeTable MakeDecodeTable(std::string_view alphabet) {
  DecodeTable table{};
  for (auto& entry : table) {
    entry = -1;
  }
  for (size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<int8_t>(i);
  }
  return table;
}

constexpr DecodeTable kStandardTable = MakeDecodeTable(kStandard);
constexpr DecodeTable kUrlSafeTable = MakeDecodeTable(kUrlSafe);

std::string Encode(std::string_view bytes, std::string_view alphabet, unsigned bits_per_digit) {
  std::string text;
  text.reserve(bytes.size() * 8 / bits_per_digit + 1);
  uint32_t buffer = 0;
  unsigned bits = 0;
  const uint32_t mask = (1U << bits_per_digit) - 1;
  for (const char c : bytes) {
    buffer = (buffer << 8) | static_cast<unsigned char>(c);
    bits += 8;
    while (bits >= bits_per_digit) {
      bits -= bits_per_digit;
      text.push_back(alphabet[(buffer >> bits) & mask]);
    }
  }
  if (bits > 0) {
    text.push_back(alphabet[(buffer << (bits_per_digit - bits)) & mask]);
  }
  return text;
}

// `text` without padding and line breaks.
std::optional<std::string> Decode64(std::string_view text, const DecodeTable& table) {
  if (text.size() % 4 == 1) {
    return std::nullopt;
  }
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  uint32_t buffer = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const int8_t digit = table[static_cast<unsigned char>(c)];
    if (digit < 0) {
      return std::nullopt;
    }
    buffer = (buffer << 6) | static_cast<uint32_t>(digit);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<char>((buffer >> bits) & 0xFF));
    }
  }
  // Left-over bits must be zero: every byte string has exactly one text.
  if ((buffer & ((1U << bits) - 1)) != 0) {
    return std::nullopt;
  }
  return bytes;
}

}  // namespace

std::string Base64Encode(std::string_view bytes) {
  std::string text = Encode(bytes, kStandard, 6);
  while (text.size() % 4 != 0) {
    text.push_back('=');
  }
  return text;
}

std::optional<std::string> Base64Decode(std::string_view text) {
  std::string digits;
  digits.reserve(text.size());
  size_t padding = 0;
  for (const char c : text) {
    if (c == '\r' || c == '\n') {
      continue;
    }
    if (c == '=') {
      ++padding;
    } else if (padding > 0) {
      return std::nullopt;
    } else {
      digits.push_back(c);
    }
  }
  if (padding > 2 || (digits.size() + padding) % 4 != 0) {
    return std::nullopt;
  }
  return Decode64(digits, kStandardTable);
}

std::string Base64UrlEncode(std::string_view bytes) { return Encode(bytes, kUrlSafe, 6); }

std::optional<std::string> Base64UrlDecode(std::string_view text) {
  return Decode64(text, kUrlSafeTable);
}

std::string Base32LowerEncode(std::string_view bytes) { return Encode(bytes, kBase32, 5); }

}  // namespace pinion::base
