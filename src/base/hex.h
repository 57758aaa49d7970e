// Lower-case hexadecimal text of bytes, and back.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pinion::base {

std::string HexEncode(std::string_view bytes);
void AppendHex(std::string& out, std::string_view bytes);
// `text` has room for two digits a byte.
void HexEncodeInto(std::string_view bytes, std::span<char> text);
// Both cases are read; nothing for an odd length or another character.
std::optional<std::string> HexDecode(std::string_view text);
// False for another number of digits than `bytes` takes, or another character.
bool HexDecodeInto(std::string_view text, std::span<char> bytes);

}  // namespace pinion::base
