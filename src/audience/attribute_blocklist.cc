#include "audience/attribute_blocklist.h"

#include <algorithm>

namespace pinion::audience {
namespace {

// The number of bytes of the UTF-8 character that begins at `at`.
size_t CharacterBytes(std::string_view text, size_t at) {
  size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
    ++end;
  }
  return end - at;
}

}  // namespace

// Greedy with one point of return: the latest `*` takes one character more whenever the rest does
// not fit.
bool GlobMatches(std::string_view pattern, std::string_view name) {
  size_t p = 0;
  size_t n = 0;
  size_t star = std::string_view::npos;
  size_t star_name = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_name = n;
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      n += CharacterBytes(name, n);
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      star_name += CharacterBytes(name, star_name);
      n = star_name;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool IsGlob(std::string_view pattern) {
  return pattern.find_first_of("*?") != std::string_view::npos;
}

void AttributeBlocklist::Add(AttributeKind kind, std::string pattern) {
  patterns_[static_cast<size_t>(kind)].insert(std::move(pattern));
}

void AttributeBlocklist::Remove(AttributeKind kind, std::string_view pattern) {
  Patterns& patterns = patterns_[static_cast<size_t>(kind)];
  const auto place = patterns.find(pattern);
  if (place != patterns.end()) {
    patterns.erase(place);
  }
}

bool AttributeBlocklist::Blocks(AttributeKind kind, std::string_view name) const {
  const Patterns& blocked = patterns(kind);
  return std::any_of(blocked.begin(), blocked.end(), [name](const std::string& pattern) {
    return GlobMatches(pattern, name);
  });
}

}  // namespace pinion::audience
