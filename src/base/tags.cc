#include "base/tags.h"

#include <algorithm>
#include <cctype>

#include "base/utf8.h"

namespace pinion::base {

namespace {

// Beyond ASCII every character is taken: telling letters from signs there needs Unicode tables, and a sign in a tag does
// no harm.
bool IsAllowedAscii(unsigned char c) {
  return std::isalnum(c) != 0 || c == ' ' || c == '\t' || c == '\n' || c == '\r' ||
         std::string_view("_.:/=+-@").find(static_cast<char>(c)) != std::string_view::npos;
}

bool HasAllowedCharacters(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || IsAllowedAscii(byte);
  });
}

bool IsReserved(std::string_view text) {
  constexpr std::string_view kReserved = "aws:";
  return text.size() >= kReserved.size() &&
         std::equal(kReserved.begin(), kReserved.end(), text.begin(), [](char want, char have) {
           return want == std::tolower(static_cast<unsigned char>(have));
         });
}

std::string Quoted(std::string_view key) {
  constexpr size_t kShownCharactersMax = 100;
  return "'" + std::string(FirstCodePoints(key, kShownCharactersMax)) + "'";
}

Status CheckTag(std::string_view key, std::string_view value) {
  if (key.empty() || CountCodePoints(key) > kTagKeyCharactersMax) {
    return InvalidArgument("Tag key " + Quoted(key) + " must have 1 to 128 characters.");
  }
  if (CountCodePoints(value) > kTagValueCharactersMax) {
    return InvalidArgument("The value of tag " + Quoted(key) +
                           " must have at most 256 characters.");
  }
  if (!HasAllowedCharacters(key) || !HasAllowedCharacters(value)) {
    return InvalidArgument("Tag " + Quoted(key) +
                           " may only have letters, digits, white space and _ . : / = + - @.");
  }
  if (IsReserved(key) || IsReserved(value)) {
    return InvalidArgument("Tag " + Quoted(key) + " may not begin with 'aws:'.");
  }
  return {};
}

}  // namespace

Status CheckTags(const Tags& tags) {
  if (tags.size() > kTagsPerResourceMax) {
    return InvalidArgument("A resource has at most 50 tags.");
  }
  for (const auto& [key, value] : tags) {
    PINION_CHECK(CheckTag(key, value));
  }
  return {};
}

Result<Tags> ChangeTags(Tags tags, const TagChange& change) {
  for (const std::string& key : change.remove) {
    std::erase_if(tags, [&key](const auto& tag) { return tag.first == key; });
  }
  for (const auto& [key, value] : change.set) {
    const auto found = std::find_if(
        tags.begin(), tags.end(), [&key = key](const auto& tag) { return tag.first == key; });
    if (found != tags.end()) {
      found->second = value;
    } else {
      tags.emplace_back(key, value);
    }
  }
  if (!change.set.empty()) {
    PINION_CHECK(CheckTags(tags));
  }
  return tags;
}

}  // namespace pinion::base
