// One text of a policy (AUTH-35, AUTH-39): wildcards `*` and `?`, variables `${key}` with
// `${key, 'default'}`, and `${*}`, `${?}`, `${$}` for the characters themselves. Parsed once, then
// matched. Values are immutable and may be shared between threads.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/authorization_request.h"
#include "base/result.h"

namespace pinion::auth {

// A text in which some characters stand for others. What came out of a variable stands for itself.
class Glob {
 public:
  void AppendLiteral(std::string_view text);
  void Append(const Glob& other) { symbols_ += other.symbols_; }
  void AppendAnyRun() { symbols_.push_back(kAnyRun); }
  void AppendAnyCharacter() { symbols_.push_back(kAnyCharacter); }

  // `*` is any run of characters, `?` one character of UTF-8.
  bool Matches(std::string_view text) const;
  // The text of a glob without wildcards; in others `*` and `?` stand for themselves.
  std::string Text() const;
  // The parts between colons, at most `count`; the last one has the rest.
  std::vector<Glob> SplitAtColons(size_t count) const;

 private:
  // Beyond the values of bytes.
  static constexpr char16_t kAnyRun = 256;
  static constexpr char16_t kAnyCharacter = 257;

  std::u16string symbols_;
};

class PolicyPattern {
 public:
  // Which features the text has: those of policies before 2012 have no variables, and most
  // operators of conditions no wildcards.
  struct Syntax {
    enum class Wildcards { kSpecial, kLiteral };
    enum class Variables { kReplaced, kLiteral };
    Wildcards wildcards = Wildcards::kSpecial;
    Variables variables = Variables::kReplaced;
  };
  // kInvalidArgument for a variable without end or name.
  static base::Result<PolicyPattern> Parse(std::string_view text, Syntax syntax);

  // The pattern for this request; nothing when a variable is not set (or has several values).
  // `storage` holds what variables made and must outlive the result.
  const Glob* Resolve(const ConditionContext& context, Glob& storage) const;
  bool has_variables() const { return !parts_.empty(); }
  // Of a pattern without variables.
  const Glob& constant() const { return constant_; }

 private:
  // Fixed text, followed by a variable (or by nothing, in the last part).
  struct Part {
    Glob before;
    std::optional<ConditionKey> variable;
    std::optional<std::string> fallback;
  };
  class Parser;

  Glob constant_;
  // Empty without variables.
  std::vector<Part> parts_;
};

}  // namespace pinion::auth
