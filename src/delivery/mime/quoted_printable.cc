#include "delivery/mime/quoted_printable.h"

#include <array>
#include <cstdint>

namespace pinion::delivery::mime {
namespace {

constexpr size_t kLineCharactersMax = 76;
constexpr std::string_view kHexDigits = "0123456789ABCDEF";

// Characters that stand for themselves inside a line.
constexpr std::array<bool, 256> MakeLiterals() {
  std::array<bool, 256> literal{};
  for (size_t c = ' '; c <= '~'; ++c) {
    literal[c] = c != '=';
  }
  literal['\t'] = true;
  return literal;
}
constexpr std::array<bool, 256> kLiteral = MakeLiterals();

void AppendEscaped(std::string& out, char c) {
  const auto byte = static_cast<uint8_t>(c);
  out.push_back('=');
  out.push_back(kHexDigits[byte >> 4]);
  out.push_back(kHexDigits[byte & 0x0F]);
}

// One line without its line end.
void AppendLine(std::string& out, std::string_view line) {
  size_t used = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool last = i + 1 == line.size();
    // A blank at the end of a line would be lost on the way.
    const bool literal = kLiteral[static_cast<uint8_t>(c)] && !(last && (c == ' ' || c == '\t'));
    const size_t width = literal ? 1 : 3;
    // The last character of the line may use the place that a soft line break would need.
    if (used + width > kLineCharactersMax - (last ? 0 : 1)) {
      out.append("=\r\n");
      used = 0;
    }
    if (literal) {
      out.push_back(c);
    } else {
      AppendEscaped(out, c);
    }
    used += width;
  }
}

}  // namespace

void AppendQuotedPrintable(std::string& out, std::string_view text) {
  out.reserve(out.size() + text.size() + text.size() / 8 + 2);
  while (!text.empty()) {
    const size_t end = text.find_first_of("\r\n");
    AppendLine(out, text.substr(0, end));
    out.append("\r\n");
    if (end == std::string_view::npos) {
      return;
    }
    const bool crlf = text.substr(end).starts_with("\r\n");
    text.remove_prefix(end + (crlf ? 2 : 1));
  }
}

}  // namespace pinion::delivery::mime
