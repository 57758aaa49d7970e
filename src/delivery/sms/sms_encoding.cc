#include "delivery/sms/sms_encoding.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace pinion::delivery {
namespace {

// 3GPP TS 23.038 default alphabet beside printable ASCII, and what ASCII has that the alphabet
// lacks.
constexpr std::u32string_view kGsmBeyondAscii = U"£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";
constexpr std::u32string_view kNotInGsm = U"`^{}\\[]~|";
constexpr std::u32string_view kGsmExtension = U"^{}\\[]~|€\f";

bool Contains(std::u32string_view set, char32_t c) {
  return set.find(c) != std::u32string_view::npos;
}

// Septets of one character, 0 if it is not in the alphabet.
size_t GsmSeptets(char32_t c) {
  if (Contains(kGsmExtension, c)) {
    return 2;
  }
  if (c == U'\n' || c == U'\r' || (c >= 0x20 && c < 0x7F && !Contains(kNotInGsm, c))) {
    return 1;
  }
  return Contains(kGsmBeyondAscii, c) ? 1 : 0;
}

std::u32string Decode(std::string_view text) {
  std::u32string characters;
  characters.reserve(text.size());
  for (const char byte : text) {
    const auto unit = static_cast<unsigned char>(byte);
    if ((unit & 0xC0) != 0x80) {
      const unsigned lead_bits = unit < 0x80    ? 0x7F
                                 : unit >= 0xF0 ? 0x07
                                 : unit >= 0xE0 ? 0x0F
                                                : 0x1F;
      characters.push_back(unit & lead_bits);
    } else if (!characters.empty()) {
      characters.back() = (characters.back() << 6) | (unit & 0x3F);
    }
  }
  return characters;
}

// Parts when every character keeps its units together.
size_t Split(const std::vector<size_t>& sizes, size_t single_max, size_t part_max) {
  size_t total = 0;
  for (const size_t size : sizes) {
    total += size;
  }
  if (total <= single_max) {
    return 1;
  }
  size_t parts = 1;
  size_t used = 0;
  for (const size_t size : sizes) {
    if (used + size > part_max) {
      ++parts;
      used = 0;
    }
    used += size;
  }
  return parts;
}

}  // namespace

SmsParts CountSmsParts(std::string_view text) {
  const std::u32string characters = Decode(text);
  std::vector<size_t> sizes;
  sizes.reserve(characters.size());
  SmsParts result;
  for (const char32_t c : characters) {
    sizes.push_back(GsmSeptets(c));
  }
  if (std::find(sizes.begin(), sizes.end(), 0U) != sizes.end()) {
    result.encoding = SmsParts::Encoding::kUcs2;
    for (size_t i = 0; i < sizes.size(); ++i) {
      sizes[i] = characters[i] > 0xFFFF ? 2 : 1;
    }
  }
  for (const size_t size : sizes) {
    result.units += size;
  }
  const bool gsm = result.encoding == SmsParts::Encoding::kGsm;
  result.parts = Split(sizes, gsm ? 160 : 70, gsm ? 153 : 67);
  return result;
}

}  // namespace pinion::delivery
