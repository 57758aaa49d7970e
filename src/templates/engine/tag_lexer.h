// Splits a template into texts and tags (TPL-50, TPL-53, TPL-54). Used by Compiler. Only the
// outline of a tag is looked at: its kind, its whitespace control and its inner text.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pinion::templates {

enum class TokenKind {
  kText,         // [begin, end) of the source
  kRawTag,       // {{{{raw}}}}, {{{{/raw}}}}
  kPrint,        // {{x}}
  kUnescaped,    // {{{x}}}, {{& x}}
  kOpen,         // {{#x}}
  kOpenInverse,  // {{^x}}
  kElse,         // {{else}}, {{else x}}, {{^}}
  kClose,        // {{/x}}
  kPartial,      // {{> x}}
  kOpenPartial,  // {{#> x}}
  kOpenInline,   // {{#*x}}
  kComment,
};

struct Token {
  TokenKind kind = TokenKind::kText;
  size_t begin = 0;
  size_t end = 0;
  // Of a tag: what is between its sigil and its closing braces, without surrounding blanks.
  std::string_view body;
  bool strip_before = false;
  bool strip_after = false;
};

// What is wrong, and at which byte of the source the offending tag begins.
struct SyntaxError {
  size_t offset = 0;
  std::string reason;
};

// Appends the tokens of `source` to `tokens`.
std::optional<SyntaxError> LexTemplate(std::string_view source, std::vector<Token>& tokens);

// How many bytes of white space stand in `text` at `at`, and before `end`: one character of it, 0
// if there is none. White space is what JavaScript calls so: blanks of all widths and line breaks.
size_t SpaceAt(std::string_view text, size_t at);
size_t SpaceBefore(std::string_view text, size_t end);
std::string_view TrimSpace(std::string_view text);

}  // namespace pinion::templates
