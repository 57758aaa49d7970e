#include "auth/policy_pattern.h"

#include <utility>

namespace pinion::auth {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// Bytes of the character that begins here.
size_t CharacterLength(std::string_view text) {
  size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) {
    ++length;
  }
  return length;
}

}  // namespace

void Glob::AppendLiteral(std::string_view text) {
  for (const char c : text) {
    symbols_.push_back(static_cast<unsigned char>(c));
  }
}

bool Glob::Matches(std::string_view text) const {
  size_t symbol = 0;
  size_t at = 0;
  // Where to go on when what followed the last `*` did not fit: the run takes one character more.
  size_t after_run = std::u16string::npos;
  size_t run_end = 0;
  while (at < text.size()) {
    if (symbol < symbols_.size() && symbols_[symbol] == kAnyRun) {
      after_run = ++symbol;
      run_end = at;
    } else if (symbol < symbols_.size() && symbols_[symbol] == kAnyCharacter) {
      ++symbol;
      at += CharacterLength(text.substr(at));
    } else if (symbol < symbols_.size() &&
               symbols_[symbol] == static_cast<unsigned char>(text[at])) {
      ++symbol;
      ++at;
    } else if (after_run != std::u16string::npos) {
      run_end += CharacterLength(text.substr(run_end));
      at = run_end;
      symbol = after_run;
    } else {
      return false;
    }
  }
  while (symbol < symbols_.size() && symbols_[symbol] == kAnyRun) {
    ++symbol;
  }
  return symbol == symbols_.size();
}

std::string Glob::Text() const {
  std::string text;
  text.reserve(symbols_.size());
  for (const char16_t symbol : symbols_) {
    if (symbol == kAnyRun) {
      text.push_back('*');
    } else if (symbol == kAnyCharacter) {
      text.push_back('?');
    } else {
      text.push_back(static_cast<char>(static_cast<unsigned char>(symbol)));
    }
  }
  return text;
}

std::vector<Glob> Glob::SplitAtColons(size_t count) const {
  std::vector<Glob> parts(1);
  for (const char16_t symbol : symbols_) {
    if (symbol == ':' && parts.size() < count) {
      parts.emplace_back();
    } else {
      parts.back().symbols_.push_back(symbol);
    }
  }
  return parts;
}

class PolicyPattern::Parser {
 public:
  Parser(std::string_view text, Syntax syntax) : rest_(text), syntax_(syntax) {}

  base::Result<PolicyPattern> Parse() {
    const bool replaced = syntax_.variables == Syntax::Variables::kReplaced;
    while (!rest_.empty()) {
      if (replaced && rest_.starts_with("${")) {
        PINION_CHECK(TakeVariable());
      } else {
        TakeCharacter();
      }
    }
    PolicyPattern pattern;
    if (parts_.empty()) {
      pattern.constant_ = std::move(current_);
    } else {
      parts_.push_back({std::move(current_), std::nullopt, std::nullopt});
      pattern.parts_ = std::move(parts_);
    }
    return pattern;
  }

 private:
  void TakeCharacter() {
    const char c = rest_.front();
    const bool special = syntax_.wildcards == Syntax::Wildcards::kSpecial;
    if (special && c == '*') {
      current_.AppendAnyRun();
    } else if (special && c == '?') {
      current_.AppendAnyCharacter();
    } else {
      current_.AppendLiteral(rest_.substr(0, 1));
    }
    rest_.remove_prefix(1);
  }

  base::Status TakeVariable() {
    const size_t end = rest_.find('}');
    if (end == std::string_view::npos) {
      return base::InvalidArgument("a variable that begins with ${ must end with }.");
    }
    const std::string_view inside = rest_.substr(2, end - 2);
    rest_.remove_prefix(end + 1);
    if (inside == "*" || inside == "?" || inside == "$") {
      current_.AppendLiteral(inside);
      return {};
    }
    const size_t comma = inside.find(',');
    const std::string_view name = Trim(inside.substr(0, comma));
    if (name.empty()) {
      return base::InvalidArgument("a variable must have a name.");
    }
    Part part{std::exchange(current_, {}), ConditionKey::Parse(name), std::nullopt};
    if (comma != std::string_view::npos) {
      const std::string_view fallback = Trim(inside.substr(comma + 1));
      if (fallback.size() < 2 || fallback.front() != '\'' || fallback.back() != '\'') {
        return base::InvalidArgument("the default of a variable must stand in single quotes.");
      }
      part.fallback = fallback.substr(1, fallback.size() - 2);
    }
    parts_.push_back(std::move(part));
    return {};
  }

  std::string_view rest_;
  const Syntax syntax_;
  Glob current_;
  std::vector<Part> parts_;
};

base::Result<PolicyPattern> PolicyPattern::Parse(std::string_view text, Syntax syntax) {
  return Parser(text, syntax).Parse();
}

const Glob* PolicyPattern::Resolve(const ConditionContext& context, Glob& storage) const {
  if (!has_variables()) {
    return &constant_;
  }
  storage = {};
  for (const Part& part : parts_) {
    storage.Append(part.before);
    if (!part.variable) {
      continue;
    }
    const std::vector<std::string> values = context.Values(*part.variable);
    if (values.size() == 1) {
      storage.AppendLiteral(values.front());
    } else if (values.empty() && part.fallback) {
      storage.AppendLiteral(*part.fallback);
    } else {
      return nullptr;
    }
  }
  return &storage;
}

}  // namespace pinion::auth
