#include "templates/engine/unicode_text.h"

#include <algorithm>
#include <cstdint>

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "base/utf8.h"

namespace pinion::templates {
namespace {

bool IsAscii(std::string_view text) {
  return std::all_of(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

icu::StringPiece Piece(std::string_view text) {
  return {text.data(), static_cast<int32_t>(text.size())};
}

size_t SequenceLength(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// Combining marks of Latin, Greek and Cyrillic. Those of other scripts are part of their letters.
constexpr UChar32 kAccentsBegin = 0x0300;
constexpr UChar32 kAccentsEnd = 0x036F;

UChar32 Decode(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) {
    return lead < 0x80 ? lead : 0xFFFD;
  }
  UChar32 code_point = lead & (0xFF >> (character.size() + 1));
  for (const char c : character.substr(1)) {
    code_point = (code_point << 6) | (static_cast<unsigned char>(c) & 0x3F);
  }
  return code_point;
}

}  // namespace

std::string_view TakeCharacter(std::string_view& rest) {
  size_t length = std::min(SequenceLength(rest[0]), rest.size());
  for (size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(rest[i]) & 0xC0) != 0x80) {
      length = 1;
    }
  }
  const std::string_view character = rest.substr(0, length);
  rest.remove_prefix(length);
  return character;
}

size_t CountCharacters(std::string_view text) {
  size_t count = 0;
  while (!text.empty()) {
    TakeCharacter(text);
    ++count;
  }
  return count;
}

std::string_view SliceCharacters(std::string_view text, size_t start, size_t end) {
  std::string_view rest = text;
  size_t index = 0;
  for (; index < start && !rest.empty(); ++index) {
    TakeCharacter(rest);
  }
  const std::string_view from = rest;
  for (; index < end && !rest.empty(); ++index) {
    TakeCharacter(rest);
  }
  return from.substr(0, from.size() - rest.size());
}

std::string ToLower(std::string_view text) {
  std::string lower(text);
  if (IsAscii(text)) {
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower;
  }
  lower.clear();
  icu::StringByteSink<std::string> sink(&lower);
  UErrorCode error = U_ZERO_ERROR;
  icu::CaseMap::utf8ToLower("", 0, Piece(text), sink, nullptr, error);
  return U_SUCCESS(error) ? lower : std::string(text);
}

std::string ToUpper(std::string_view text) {
  std::string upper(text);
  if (IsAscii(text)) {
    std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return upper;
  }
  upper.clear();
  icu::StringByteSink<std::string> sink(&upper);
  UErrorCode error = U_ZERO_ERROR;
  icu::CaseMap::utf8ToUpper("", 0, Piece(text), sink, nullptr, error);
  return U_SUCCESS(error) ? upper : std::string(text);
}

std::string WithoutAccents(std::string_view text) {
  if (IsAscii(text)) {
    return std::string(text);
  }
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* decompose = icu::Normalizer2::getNFDInstance(error);
  const icu::Normalizer2* compose = icu::Normalizer2::getNFCInstance(error);
  if (U_FAILURE(error)) {
    return std::string(text);
  }
  const icu::UnicodeString decomposed =
      decompose->normalize(icu::UnicodeString::fromUTF8(Piece(text)), error);
  icu::UnicodeString kept;
  for (int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
    const UChar32 code_point = decomposed.char32At(i);
    if (code_point < kAccentsBegin || code_point > kAccentsEnd) {
      kept.append(code_point);
    }
  }
  std::string plain;
  // Scripts that are written composed go back to it.
  compose->normalize(kept, error).toUTF8String(plain);
  return U_SUCCESS(error) ? plain : std::string(text);
}

bool IsLetterOrDigit(std::string_view character) {
  const UChar32 code_point = Decode(character);
  return u_isalnum(code_point) != 0 || (U_GET_GC_MASK(code_point) & U_GC_M_MASK) != 0;
}

bool IsWhiteSpace(std::string_view character) {
  return u_isUWhiteSpace(Decode(character)) != 0;
}

}  // namespace pinion::templates
