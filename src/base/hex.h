// Lower-case hexadecimal text of bytes, and back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pinion::base {

std::string HexEncode(std::string_view bytes);
// Both cases are read; nothing for an odd length or another character.
std::optional<std::string> HexDecode(std::string_view text);

}  // namespace pinion::base
