// Parses what stands inside a tag: paths, literals, subexpressions, hash arguments, block
// parameters (TPL-51, TPL-52) and adds it to a Program. Used by Compiler, one parser per tag.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "templates/engine/program.h"

namespace pinion::templates {

constexpr int kExpressionDepthMax = 64;
constexpr size_t kBlockParametersMax = 2;

// Names of block parameters that enclose a tag, innermost last.
using ParameterScopes = std::vector<std::vector<std::string_view>>;

// What a tag says: `head arguments… hash… as |parameters|`.
struct TagExpression {
  // The first thing in the tag as written (a string: what it says), to match a block with its end
  // and to name partials.
  std::string_view head_text;
  // A one-segment name without `./`, `@` or brackets and no block parameter, so it may be a
  // helper's.
  bool head_is_name = false;
  // The value of the head; kNoIndex if it is a name with arguments.
  uint32_t head = kNoIndex;
  std::vector<uint32_t> arguments;
  std::vector<HashExpression> hash;
  std::vector<std::string_view> parameters;

  bool has_arguments() const { return !arguments.empty() || !hash.empty(); }
};

class ExpressionParser {
 public:
  ExpressionParser(Program& program, const ParameterScopes& scopes, bool inside_scope_block)
      : program_(program), scopes_(scopes), inside_scope_block_(inside_scope_block) {}

  // The whole of `body`. False: see error().
  bool ParseTag(std::string_view body, TagExpression& tag);
  // Like ParseTag where the head is a name only, that is neither looked up nor called: partials,
  // closing tags.
  bool ParseNamedTag(std::string_view body, TagExpression& tag);

  // The call of `helper`; checks the number of its arguments and the literals among them.
  std::optional<uint32_t> AddCall(const HelperSpec& helper,
                                  const std::vector<uint32_t>& arguments,
                                  const std::vector<HashExpression>& hash);
  uint32_t AddLiteral(Value value);

  const std::string& error() const { return error_; }

 private:
  bool Fail(std::string reason);
  void SkipSpace();
  bool AtEnd() const { return at_ >= body_.size(); }
  char Peek() const { return AtEnd() ? '\0' : body_[at_]; }
  bool TakeIf(std::string_view text);
  bool AtBoundary(size_t at) const;
  std::string_view TakeName();

  bool ParseRest(TagExpression& tag, char end);
  bool ParseParameters(TagExpression& tag);
  bool TakeHashName(std::string_view& name);
  bool ParseValue(uint32_t& expression);
  bool ParseSubexpression(uint32_t& expression);
  bool ParseString(std::string_view& text);
  bool TakeNumber(uint32_t& expression);
  bool TakeKeyword(uint32_t& expression);
  bool ParsePath(uint32_t& expression);
  bool ParseSegments(std::vector<std::string_view>& segments);
  bool ParseSegment(std::vector<std::string_view>& segments);
  // False: the path is complete, no segments follow.
  bool TakePathBase(PathExpression& path);
  void ResolveBase(PathExpression& path, std::vector<std::string_view>& segments);
  bool NameOfLiteral(TagExpression& tag);
  uint32_t AddPath(PathExpression path,
                   std::string_view written,
                   std::vector<std::string_view> segments);
  uint32_t AddVariable(std::string_view written, std::vector<std::string_view> segments);
  uint32_t AddExpression(Expression expression);
  void AllowBareWord(uint32_t expression);
  std::string CheckLiterals(const HelperSpec& helper,
                            const std::vector<uint32_t>& arguments,
                            const std::vector<HashExpression>& hash) const;

  Program& program_;
  const ParameterScopes& scopes_;
  bool inside_scope_block_;
  std::string_view body_;
  size_t at_ = 0;
  int depth_ = 0;
  std::string error_;
};

}  // namespace pinion::templates
