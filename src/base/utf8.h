// UTF-8 text: validity, and lengths in code points (API-52).
#pragma once

#include <cstddef>
#include <string_view>

namespace pinion::base {

bool IsValidUtf8(std::string_view text);
// Number of code points of valid UTF-8.
size_t CountCodePoints(std::string_view text);
// The longest prefix of at most `count` code points.
std::string_view FirstCodePoints(std::string_view text, size_t count);

}  // namespace pinion::base
