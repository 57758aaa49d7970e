// Text by code points: case, classes, accents. Used by the string helpers. Invalid UTF-8 does no
// harm; its bytes count as one character each. Stateless.
#pragma once

#include <string>
#include <string_view>

namespace pinion::templates {

// The next character of `rest`, which is not empty; moves `rest` behind it.
std::string_view TakeCharacter(std::string_view& rest);
// How many characters `text` has.
size_t CountCharacters(std::string_view text);
// Characters `start` to `end`, `end` excluded.
std::string_view SliceCharacters(std::string_view text, size_t start, size_t end);

// Full case mapping, independent of any language.
std::string ToLower(std::string_view text);
std::string ToUpper(std::string_view text);
// Letters of European scripts lose their diacritics: é → e.
std::string WithoutAccents(std::string_view text);

// Of one character. The marks that letters of many scripts are written with count as letters.
bool IsLetterOrDigit(std::string_view character);
bool IsWhiteSpace(std::string_view character);

}  // namespace pinion::templates
