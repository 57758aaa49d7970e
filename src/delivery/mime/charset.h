// Body text in the charset a template asks for. Pure.
#pragma once

#include <string>
#include <string_view>

namespace pinion::delivery::mime {

struct CharsetText {
  std::string charset;  // safe to stand in a Content-Type header
  std::string bytes;
};

// `utf8` in `charset` if that is a charset which keeps ASCII in place and has all of the text; else
// in UTF-8.
CharsetText ToCharset(std::string_view utf8, std::string_view charset);

}  // namespace pinion::delivery::mime
