#include "templates/engine/tag_lexer.h"

namespace pinion::templates {
namespace {

class Lexer {
 public:
  Lexer(std::string_view source, std::vector<Token>& tokens) : source_(source), tokens_(tokens) {}

  std::optional<SyntaxError> Run() {
    size_t text_begin = 0;
    size_t at = source_.find("{{");
    while (at != std::string_view::npos) {
      if (at > text_begin && source_[at - 1] == '\\') {
        const bool escaped_backslash = at - text_begin > 1 && source_[at - 2] == '\\';
        AddText(text_begin, at - 1);
        text_begin = at;
        if (!escaped_backslash) {
          // The braces are text; go on behind them.
          at = source_.find("{{", at + 2);
          continue;
        }
      }
      AddText(text_begin, at);
      if (!LexTag(at)) {
        return error_;
      }
      text_begin = tokens_.back().end;
      at = source_.find("{{", text_begin);
    }
    AddText(text_begin, source_.size());
    return std::nullopt;
  }

 private:
  void AddText(size_t begin, size_t end) {
    if (begin < end) {
      tokens_.push_back({TokenKind::kText, begin, end, {}, false, false});
    }
  }

  bool Fail(size_t at, std::string reason) {
    error_ = {at, std::move(reason)};
    return false;
  }

  bool StartsWith(size_t at, std::string_view text) const {
    return source_.substr(at, text.size()) == text;
  }

  bool LexTag(size_t begin) {
    if (StartsWith(begin, "{{{{")) {
      return LexRawBlock(begin);
    }
    size_t at = begin + 2;
    Token token;
    token.begin = begin;
    if (StartsWith(at, "~")) {
      token.strip_before = true;
      ++at;
    }
    if (StartsWith(at, "!")) {
      return LexComment(token, at + 1);
    }
    std::string_view close = "}}";
    if (StartsWith(at, "{")) {
      token.kind = TokenKind::kUnescaped;
      close = "}}}";
      ++at;
    } else {
      at = LexSigil(token, at);
    }
    return LexBody(token, at, close);
  }

  // Returns where the sigil ends.
  size_t LexSigil(Token& token, size_t at) {
    struct Sigil {
      std::string_view text;
      TokenKind kind;
    };
    static constexpr Sigil kSigils[] = {{"#>", TokenKind::kOpenPartial},
                                        {"#*", TokenKind::kOpenInline},
                                        {"#", TokenKind::kOpen},
                                        {"^", TokenKind::kOpenInverse},
                                        {"/", TokenKind::kClose},
                                        {">", TokenKind::kPartial},
                                        {"&", TokenKind::kUnescaped}};
    token.kind = TokenKind::kPrint;
    for (const Sigil& sigil : kSigils) {
      if (StartsWith(at, sigil.text)) {
        token.kind = sigil.kind;
        return at + sigil.text.size();
      }
    }
    return at;
  }

  bool LexBody(Token& token, size_t body_begin, std::string_view close) {
    size_t body_end = body_begin;
    if (!FindBodyEnd(token.begin, body_begin, close, body_end)) {
      return false;
    }
    // `~` stands before the last two braces: {{x~}} and {{{x}~}}.
    size_t end = body_end;
    if (close.size() == 3) {
      if (StartsWith(end, "}~}}")) {
        token.strip_after = true;
        end += 4;
      } else if (StartsWith(end, close)) {
        end += 3;
      } else {
        return Fail(token.begin, "unbalanced braces: {{{ must end with }}}");
      }
    } else {
      end += 2;
      if (body_end > body_begin && source_[body_end - 1] == '~') {
        token.strip_after = true;
        --body_end;
      }
    }
    token.end = end;
    token.body = TrimSpace(source_.substr(body_begin, body_end - body_begin));
    return Classify(token);
  }

  // The offset of the closing braces: the first not inside a string or brackets.
  bool FindBodyEnd(size_t tag_begin, size_t at, std::string_view close, size_t& body_end) {
    while (at < source_.size()) {
      const char c = source_[at];
      if (c == '"' || c == '\'') {
        at = SkipString(at);
      } else if (c == '[') {
        const size_t bracket = source_.find(']', at);
        at = bracket == std::string_view::npos ? source_.size() : bracket + 1;
      } else if (c == '{') {
        return Fail(tag_begin, "unbalanced braces: { inside a tag");
      } else if (c == '}') {
        const bool closes = StartsWith(at, "}}") || (close.size() == 3 && StartsWith(at, "}~}}"));
        if (!closes) {
          return Fail(tag_begin, "unbalanced braces: } inside a tag");
        }
        body_end = at;
        return true;
      } else {
        ++at;
      }
    }
    return Fail(tag_begin, "the tag is never closed");
  }

  // Behind the string that begins at `at`; the end of the source if it does not end.
  size_t SkipString(size_t at) const {
    const char quote = source_[at];
    for (size_t i = at + 1; i < source_.size(); ++i) {
      if (source_[i] == '\\' && i + 1 < source_.size() && source_[i + 1] == quote) {
        ++i;
      } else if (source_[i] == quote) {
        return i + 1;
      }
    }
    return source_.size();
  }

  bool Classify(Token& token) {
    if (token.kind == TokenKind::kOpenInverse && token.body.empty()) {
      token.kind = TokenKind::kElse;
    } else if (token.kind == TokenKind::kPrint && token.body.substr(0, 4) == "else" &&
               (token.body.size() == 4 || SpaceAt(token.body, 4) > 0)) {
      token.kind = TokenKind::kElse;
      token.body = TrimSpace(token.body.substr(4));
    }
    if (token.body.empty() && token.kind != TokenKind::kElse) {
      return Fail(token.begin, "the tag is empty");
    }
    tokens_.push_back(token);
    return true;
  }

  bool LexComment(Token& token, size_t at) {
    token.kind = TokenKind::kComment;
    // A comment that begins with dashes ends with them, so that it may hold braces.
    const std::string_view dashes = StartsWith(at, "--") ? "--" : "";
    for (size_t i = at; i + dashes.size() < source_.size(); ++i) {
      const size_t behind = i + dashes.size();
      if (!StartsWith(i, dashes)) {
        continue;
      }
      token.strip_after = StartsWith(behind, "~}}");
      if (token.strip_after || StartsWith(behind, "}}")) {
        token.end = behind + (token.strip_after ? 3 : 2);
        tokens_.push_back(token);
        return true;
      }
    }
    return Fail(token.begin, "the comment is never closed");
  }

  bool LexRawBlock(size_t begin) {
    constexpr std::string_view kOpen = "{{{{";
    const size_t open_end = source_.find("}}}}", begin);
    if (open_end == std::string_view::npos) {
      return Fail(begin, "unbalanced braces: {{{{ must end with }}}}");
    }
    const std::string_view name =
        TrimSpace(source_.substr(begin + kOpen.size(), open_end - begin - kOpen.size()));
    if (name != "raw") {
      return Fail(begin, "the only raw block is {{{{raw}}}}");
    }
    constexpr std::string_view kClose = "{{{{/raw}}}}";
    const size_t content = open_end + 4;
    const size_t close = source_.find(kClose, content);
    if (close == std::string_view::npos) {
      return Fail(begin, "the block raw is never closed");
    }
    tokens_.push_back({TokenKind::kRawTag, begin, content, {}, false, false});
    AddText(content, close);
    tokens_.push_back({TokenKind::kRawTag, close, close + kClose.size(), {}, false, false});
    return true;
  }

  std::string_view source_;
  std::vector<Token>& tokens_;
  SyntaxError error_;
};

}  // namespace

size_t SpaceAt(std::string_view text, size_t at) {
  if (at >= text.size()) {
    return 0;
  }
  const char first = text[at];
  if (first == ' ' || (first >= '\t' && first <= '\r')) {
    return 1;
  }
  if (static_cast<unsigned char>(first) < 0x80) {
    return 0;
  }
  static constexpr std::string_view kWide[] = {"\u00a0",
                                               "\u1680",
                                               "\u2000",
                                               "\u2001",
                                               "\u2002",
                                               "\u2003",
                                               "\u2004",
                                               "\u2005",
                                               "\u2006",
                                               "\u2007",
                                               "\u2008",
                                               "\u2009",
                                               "\u200a",
                                               "\u2028",
                                               "\u2029",
                                               "\u202f",
                                               "\u205f",
                                               "\u3000",
                                               "\ufeff"};
  for (const std::string_view space : kWide) {
    if (text.substr(at, space.size()) == space) {
      return space.size();
    }
  }
  return 0;
}

size_t SpaceBefore(std::string_view text, size_t end) {
  constexpr size_t kSpaceBytesMax = 3;
  for (size_t length = 1; length <= kSpaceBytesMax && length <= end; ++length) {
    if (SpaceAt(text.substr(0, end), end - length) == length) {
      return length;
    }
  }
  return 0;
}

std::string_view TrimSpace(std::string_view text) {
  while (const size_t length = SpaceAt(text, 0)) {
    text.remove_prefix(length);
  }
  while (const size_t length = SpaceBefore(text, text.size())) {
    text.remove_suffix(length);
  }
  return text;
}

std::optional<SyntaxError> LexTemplate(std::string_view source, std::vector<Token>& tokens) {
  return Lexer(source, tokens).Run();
}

}  // namespace pinion::templates
