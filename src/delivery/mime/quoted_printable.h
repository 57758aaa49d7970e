// The quoted-printable encoding of RFC 2045 for message bodies. Pure.
#pragma once

#include <string>
#include <string_view>

namespace pinion::delivery::mime {

// Appends `text` to `out`: line ends of any kind become CRLF, lines stay within 76 characters, the
// last one ends in CRLF if `text` is not empty. Works for every charset that keeps ASCII in place.
void AppendQuotedPrintable(std::string& out, std::string_view text);

}  // namespace pinion::delivery::mime
