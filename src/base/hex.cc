#include "base/hex.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "base/assert.h"

namespace pinion::base {
namespace {

constexpr std::array<std::array<char, 2>, 256> MakeDigitPairs() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> pairs{};
  for (size_t byte = 0; byte < pairs.size(); ++byte) {
    pairs[byte] = {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return pairs;
}
constexpr std::array<std::array<char, 2>, 256> kDigitPairs = MakeDigitPairs();

// -1 for what is no digit.
constexpr std::array<int8_t, 256> MakeDigitValues() {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (int8_t value = 0; value < 16; ++value) {
    values[static_cast<size_t>("0123456789abcdef"[value])] = value;
    values[static_cast<size_t>("0123456789ABCDEF"[value])] = value;
  }
  return values;
}
constexpr std::array<int8_t, 256> kDigitValues = MakeDigitValues();

int DigitValue(char c) {
  return kDigitValues[static_cast<unsigned char>(c)];
}

}  // namespace

void HexEncodeInto(std::string_view bytes, std::span<char> text) {
  PINION_ASSERT(text.size() == bytes.size() * 2);
  char* digits = text.data();
  for (const char c : bytes) {
    std::memcpy(digits, kDigitPairs[static_cast<unsigned char>(c)].data(), 2);
    digits += 2;
  }
}

void AppendHex(std::string& out, std::string_view bytes) {
  const size_t at = out.size();
  out.resize(at + bytes.size() * 2);
  HexEncodeInto(bytes, std::span(out).subspan(at));
}

std::string HexEncode(std::string_view bytes) {
  std::string text;
  AppendHex(text, bytes);
  return text;
}

bool HexDecodeInto(std::string_view text, std::span<char> bytes) {
  if (text.size() != 2 * bytes.size()) {
    return false;
  }
  int wrong = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const int high = DigitValue(text[2 * i]);
    const int low = DigitValue(text[2 * i + 1]);
    wrong |= high | low;
    bytes[i] = static_cast<char>(high * 16 + low);
  }
  return wrong >= 0;
}

std::optional<std::string> HexDecode(std::string_view text) {
  std::string bytes(text.size() / 2, '\0');
  return HexDecodeInto(text, bytes) ? std::optional(std::move(bytes)) : std::nullopt;
}

}  // namespace pinion::base
