#include "templates/engine/expression_parser.h"

#include <algorithm>

#include "templates/engine/decimal.h"
#include "templates/engine/tag_lexer.h"

namespace pinion::templates {
namespace {

constexpr int kContextsUpMax = 64;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Whether a path segment goes on at `at`: with everything but white space and what the grammar
// uses.
bool IsNameAt(std::string_view text, size_t at) {
  constexpr std::string_view kReserved = "!\"#%&'()*+,./;<=>@[\\]^`{|}~";
  return at < text.size() && static_cast<unsigned char>(text[at]) > ' ' &&
         kReserved.find(text[at]) == std::string_view::npos && SpaceAt(text, at) == 0;
}

size_t SpaceEnd(std::string_view text, size_t at) {
  while (const size_t length = SpaceAt(text, at)) {
    at += length;
  }
  return at;
}

size_t NameEnd(std::string_view text, size_t at) {
  while (IsNameAt(text, at)) {
    ++at;
  }
  return at;
}

}  // namespace

bool ExpressionParser::Fail(std::string reason) {
  if (error_.empty()) {
    error_ = std::move(reason);
  }
  return false;
}

void ExpressionParser::SkipSpace() {
  at_ = SpaceEnd(body_, at_);
}

bool ExpressionParser::TakeIf(std::string_view text) {
  if (body_.substr(at_, text.size()) != text) {
    return false;
  }
  at_ += text.size();
  return true;
}

bool ExpressionParser::AtBoundary(size_t at) const {
  return at >= body_.size() || SpaceAt(body_, at) > 0 || body_[at] == ')';
}

std::string_view ExpressionParser::TakeName() {
  const size_t end = NameEnd(body_, at_);
  const std::string_view name = body_.substr(at_, end - at_);
  if (!AtBoundary(end) || name == "this") {
    return {};
  }
  at_ = end;
  return name;
}

bool ExpressionParser::ParseTag(std::string_view body, TagExpression& tag) {
  body_ = body;
  at_ = 0;
  uint32_t ignored = kNoIndex;
  const bool is_literal = TakeNumber(ignored) || TakeKeyword(ignored);
  at_ = 0;
  const std::string_view name = is_literal ? std::string_view() : TakeName();
  const bool is_parameter = std::any_of(scopes_.begin(), scopes_.end(), [&](const auto& scope) {
    return std::find(scope.begin(), scope.end(), name) != scope.end();
  });
  tag.head_is_name = !name.empty() && !is_parameter;
  tag.head_text = name;
  if (!tag.head_is_name) {
    at_ = 0;
    if (!ParseValue(tag.head)) {
      return false;
    }
    tag.head_text = body_.substr(0, at_);
  }
  if (!ParseRest(tag, '\0')) {
    return false;
  }
  if (!tag.head_is_name && !tag.has_arguments()) {
    return NameOfLiteral(tag);
  }
  if (tag.head_is_name && !tag.has_arguments()) {
    at_ = 0;
    return ParsePath(tag.head);
  }
  return true;
}

// A literal alone in its tag is the name that it spells: {{"First Name"}}.
bool ExpressionParser::NameOfLiteral(TagExpression& tag) {
  const Expression literal = program_.expressions[tag.head];
  if (literal.kind != Expression::Kind::kLiteral) {
    return true;
  }
  const Value::Kind kind = literal.value.kind();
  const bool has_text = kind == Value::Kind::kString || kind == Value::Kind::kDecimal;
  const std::string_view name = has_text ? literal.value.text() : tag.head_text;
  tag.head = AddPath({}, tag.head_text, {name});
  tag.head_text = name;
  return true;
}

bool ExpressionParser::ParseNamedTag(std::string_view body, TagExpression& tag) {
  body_ = body;
  at_ = 0;
  if (Peek() == '(') {
    if (!ParseSubexpression(tag.head)) {
      return false;
    }
    tag.head_text = body_.substr(0, at_);
  } else if (Peek() == '"' || Peek() == '\'') {
    if (!ParseString(tag.head_text)) {
      return false;
    }
  } else {
    while (!AtBoundary(at_)) {
      const char c = body_[at_];
      if (!IsNameAt(body_, at_) && std::string_view("./@[]").find(c) == std::string_view::npos) {
        return Fail(std::string("unexpected character ") + c);
      }
      ++at_;
    }
    tag.head_text = body_.substr(0, at_);
    if (tag.head_text.empty()) {
      return Fail("a name is missing");
    }
  }
  return ParseRest(tag, '\0');
}

// Arguments up to `end`, which is left in place.
bool ExpressionParser::ParseRest(TagExpression& tag, char end) {
  while (true) {
    const size_t before = at_;
    SkipSpace();
    if (AtEnd() || Peek() == end) {
      return AtEnd() == (end == '\0') || Fail("a subexpression is never closed");
    }
    if (before == at_) {
      return Fail(std::string("unexpected character ") + Peek());
    }
    std::string_view name;
    if (end == '\0' && body_.substr(at_, 2) == "as" && SpaceAt(body_, at_ + 2) > 0) {
      const size_t as = at_;
      at_ += 2;
      SkipSpace();
      if (Peek() == '|') {
        return ParseParameters(tag);
      }
      at_ = as;
    }
    uint32_t value = kNoIndex;
    if (TakeHashName(name)) {
      if (!ParseValue(value)) {
        return false;
      }
      tag.hash.push_back({name, value});
    } else if (!tag.hash.empty()) {
      return Fail("arguments must stand before name=value");
    } else if (!ParseValue(value)) {
      return false;
    } else {
      tag.arguments.push_back(value);
    }
  }
}

bool ExpressionParser::ParseParameters(TagExpression& tag) {
  ++at_;
  SkipSpace();
  while (!AtEnd() && Peek() != '|') {
    const size_t begin = at_;
    at_ = NameEnd(body_, at_);
    if (begin == at_) {
      return Fail("a block parameter is no name");
    }
    tag.parameters.push_back(body_.substr(begin, at_ - begin));
    SkipSpace();
  }
  if (tag.parameters.size() > kBlockParametersMax) {
    return Fail("a block has at most two parameters");
  }
  if (!TakeIf("|") || tag.parameters.empty()) {
    return Fail("block parameters must stand between two |");
  }
  SkipSpace();
  return AtEnd() || Fail("nothing may follow block parameters");
}

bool ExpressionParser::TakeHashName(std::string_view& name) {
  const size_t end = NameEnd(body_, at_);
  const size_t equals = SpaceEnd(body_, end);
  if (end == at_ || equals >= body_.size() || body_[equals] != '=') {
    return false;
  }
  name = body_.substr(at_, end - at_);
  at_ = equals + 1;
  SkipSpace();
  return true;
}

bool ExpressionParser::ParseValue(uint32_t& expression) {
  if (Peek() == '(') {
    return ParseSubexpression(expression);
  }
  if (Peek() == '"' || Peek() == '\'') {
    std::string_view text;
    if (!ParseString(text)) {
      return false;
    }
    expression = AddLiteral(Value::String(text));
    return true;
  }
  return TakeNumber(expression) || TakeKeyword(expression) || ParsePath(expression);
}

bool ExpressionParser::ParseSubexpression(uint32_t& expression) {
  if (++depth_ > kExpressionDepthMax) {
    return Fail("subexpressions are nested too deep");
  }
  ++at_;
  SkipSpace();
  const std::string_view name = TakeName();
  const HelperSpec* helper = FindHelper(name);
  if (helper == nullptr) {
    return Fail("unknown helper " + std::string(name));
  }
  TagExpression inner;
  if (!ParseRest(inner, ')')) {
    return false;
  }
  ++at_;
  --depth_;
  const std::optional<uint32_t> call = AddCall(*helper, inner.arguments, inner.hash);
  expression = call.value_or(kNoIndex);
  return call.has_value();
}

// A backslash before the quote makes it part of the text; any other backslash is itself.
bool ExpressionParser::ParseString(std::string_view& text) {
  const char quote = Peek();
  const size_t begin = ++at_;
  std::string unescaped;
  bool escaped = false;
  while (!AtEnd() && Peek() != quote) {
    if (Peek() == '\\' && at_ + 1 < body_.size() && body_[at_ + 1] == quote) {
      escaped = true;
      ++at_;
    }
    unescaped += Peek();
    ++at_;
  }
  if (AtEnd()) {
    return Fail("a string is never closed");
  }
  text = body_.substr(begin, at_ - begin);
  if (escaped) {
    text = program_.strings.emplace_back(std::move(unescaped));
  }
  ++at_;
  return AtBoundary(at_) || Fail("a blank is missing behind a string");
}

bool ExpressionParser::TakeNumber(uint32_t& expression) {
  size_t end = at_;
  while (end < body_.size() && (IsDigit(body_[end]) || body_[end] == '-' || body_[end] == '.')) {
    ++end;
  }
  const std::string_view text = body_.substr(at_, end - at_);
  const bool shaped = !text.empty() && IsDigit(text.back()) && text.front() != '.';
  const std::optional<std::string> canonical =
      shaped && AtBoundary(end) ? CanonicalDecimal(text) : std::nullopt;
  if (!canonical) {
    return false;
  }
  at_ = end;
  expression = AddLiteral(Value::Decimal(program_.strings.emplace_back(*canonical)));
  return true;
}

bool ExpressionParser::TakeKeyword(uint32_t& expression) {
  struct Keyword {
    std::string_view text;
    Value value;
  };
  static constexpr Keyword kKeywords[] = {{"true", Value::Bool(true)},
                                          {"false", Value::Bool(false)},
                                          {"null", Value::Null()},
                                          {"undefined", Value()}};
  for (const Keyword& keyword : kKeywords) {
    if (body_.substr(at_, keyword.text.size()) == keyword.text &&
        AtBoundary(at_ + keyword.text.size())) {
      at_ += keyword.text.size();
      expression = AddLiteral(keyword.value);
      return true;
    }
  }
  return false;
}

bool ExpressionParser::ParsePath(uint32_t& expression) {
  PathExpression path;
  std::string_view written;
  std::vector<std::string_view> segments;
  if (TakePathBase(path)) {
    const size_t begin = at_;
    if (!ParseSegments(segments)) {
      return false;
    }
    const size_t first_segments = segments.size();
    ResolveBase(path, segments);
    const bool whole = segments.size() == first_segments;
    written = body_.substr(begin, at_ - begin);
    written.remove_prefix(whole || segments.empty() ? 0 : written.find_first_of("./") + 1);
  }
  if (path.up > kContextsUpMax || path.loops_up > kContextsUpMax) {
    return Fail("too many ../");
  }
  if (!AtBoundary(at_)) {
    return Fail(std::string("unexpected character ") + Peek());
  }
  expression = AddPath(path, written, std::move(segments));
  return true;
}

// `written` stands for `segments`, which may be none.
uint32_t ExpressionParser::AddPath(PathExpression path,
                                   std::string_view written,
                                   std::vector<std::string_view> segments) {
  using Base = PathExpression::Base;
  if (!segments.empty()) {
    path.variable = AddVariable(written, std::move(segments));
    const bool global =
        path.base == Base::kRoot ||
        (!inside_scope_block_ && (path.base == Base::kName || path.base == Base::kContext));
    program_.global_uses[path.variable] += global ? 1 : 0;
  }
  program_.paths.push_back(path);
  return AddExpression(
      {Expression::Kind::kPath, static_cast<uint32_t>(program_.paths.size() - 1), {}});
}

bool ExpressionParser::TakePathBase(PathExpression& path) {
  while (true) {
    const std::string_view rest = body_.substr(at_);
    const auto is_word = [&](std::string_view word) {
      return rest.substr(0, word.size()) == word && AtBoundary(at_ + word.size());
    };
    if (is_word("..") || is_word(".") || is_word("this")) {
      path.up = static_cast<uint8_t>(path.up + (rest.substr(0, 2) == ".." ? 1 : 0));
      path.base = PathExpression::Base::kContext;
      TakeIf("..") || TakeIf(".") || TakeIf("this");
      return false;
    }
    if (path.up <= kContextsUpMax && TakeIf("../")) {
      ++path.up;
    } else if (TakeIf("./") || TakeIf("this.") || TakeIf("this/")) {
      path.base = PathExpression::Base::kContext;
    } else if (TakeIf("@")) {
      path.base = PathExpression::Base::kData;
      while (path.loops_up <= kContextsUpMax && TakeIf("../")) {
        ++path.loops_up;
      }
      return true;
    } else {
      return true;
    }
  }
}

bool ExpressionParser::ParseSegments(std::vector<std::string_view>& segments) {
  while (true) {
    if (!ParseSegment(segments)) {
      return false;
    }
    if (Peek() != '.' && Peek() != '/') {
      return true;
    }
    ++at_;
  }
}

bool ExpressionParser::ParseSegment(std::vector<std::string_view>& segments) {
  const size_t begin = at_;
  if (TakeIf("[")) {
    const size_t close = body_.find(']', at_);
    if (close == std::string_view::npos) {
      return Fail("a [ is never closed");
    }
    segments.push_back(body_.substr(at_, close - at_));
    at_ = close + 1;
  } else {
    at_ = NameEnd(body_, at_);
    segments.push_back(body_.substr(begin, at_ - begin));
  }
  if (segments.back().empty()) {
    const bool separated = AtEnd() || begin > 0 || Peek() == '.' || Peek() == '/';
    return Fail(separated ? "a path has an empty segment"
                          : std::string("unexpected character ") + Peek());
  }
  return true;
}

// Takes off the segments that say where the path begins.
void ExpressionParser::ResolveBase(PathExpression& path, std::vector<std::string_view>& segments) {
  using Base = PathExpression::Base;
  using Data = PathExpression::Data;
  if (path.base == Base::kData) {
    const std::string_view name = segments[0];
    path.base = name == "root" ? Base::kRoot : Base::kData;
    path.data = name == "index"   ? Data::kIndex
                : name == "key"   ? Data::kKey
                : name == "first" ? Data::kFirst
                : name == "last"  ? Data::kLast
                                  : Data::kUnknown;
    segments.erase(segments.begin());
    return;
  }
  if (path.base != Base::kName || path.up > 0) {
    return;
  }
  for (size_t frame = 0; frame < scopes_.size(); ++frame) {
    const auto& names = scopes_[scopes_.size() - 1 - frame];
    const auto found = std::find(names.begin(), names.end(), segments[0]);
    if (found != names.end()) {
      path.base = Base::kLocal;
      path.local_frame = static_cast<uint8_t>(frame);
      path.local_slot = static_cast<uint8_t>(found - names.begin());
      segments.erase(segments.begin());
      return;
    }
  }
}

uint32_t ExpressionParser::AddVariable(std::string_view written,
                                       std::vector<std::string_view> segments) {
  const auto [known, is_new] =
      program_.variable_numbers.emplace(written, static_cast<uint32_t>(program_.variables.size()));
  if (!is_new) {
    return known->second;
  }
  const std::vector<std::string_view>& kept = program_.segments.emplace_back(std::move(segments));
  std::string key;
  for (const std::string_view segment : kept) {
    key += key.empty() ? "" : ".";
    key += segment;
  }
  VariablePath path;
  path.written = written;
  path.key = program_.strings.emplace_back(std::move(key));
  path.segments = kept;
  path.root = MatchRootName(kept);
  if (kept.size() > 1 && (AsIndex(kept.back()) >= 0 || kept.back() == kLengthMember)) {
    path.written_base = written.substr(0, written.find_last_of("./"));
    path.key_base = path.key.substr(0, path.key.rfind('.'));
  }
  program_.variables.push_back(path);
  program_.global_uses.push_back(0);
  return static_cast<uint32_t>(program_.variables.size() - 1);
}

uint32_t ExpressionParser::AddExpression(Expression expression) {
  program_.expressions.push_back(expression);
  return static_cast<uint32_t>(program_.expressions.size() - 1);
}

uint32_t ExpressionParser::AddLiteral(Value value) {
  return AddExpression({Expression::Kind::kLiteral, 0, value});
}

std::optional<uint32_t> ExpressionParser::AddCall(const HelperSpec& helper,
                                                  const std::vector<uint32_t>& arguments,
                                                  const std::vector<HashExpression>& hash) {
  const std::string name(helper.name);
  if (helper.kind == HelperSpec::Kind::kBlock) {
    Fail(name + " must be a block");
    return std::nullopt;
  }
  const bool too_many =
      helper.arguments_max != kManyArguments && arguments.size() > helper.arguments_max;
  if (arguments.size() < helper.arguments_min || too_many) {
    Fail("wrong number of arguments of helper " + name);
    return std::nullopt;
  }
  std::string wrong = CheckLiterals(helper, arguments, hash);
  if (!wrong.empty()) {
    Fail(std::move(wrong));
    return std::nullopt;
  }
  CallExpression call;
  call.helper = &helper;
  call.first_argument = static_cast<uint32_t>(program_.arguments.size());
  call.argument_count = static_cast<uint32_t>(arguments.size());
  call.first_hash = static_cast<uint32_t>(program_.hashes.size());
  program_.arguments.insert(program_.arguments.end(), arguments.begin(), arguments.end());
  for (const HashExpression& entry : hash) {
    // What a condition prints is no argument of it: only the one that is printed is looked up.
    const bool prints = entry.name == "yes" || entry.name == "no";
    if (helper.kind != HelperSpec::Kind::kCondition || !prints) {
      program_.hashes.push_back(entry);
      ++call.hash_count;
    }
  }
  for (size_t i = helper.bare_words_from; i < arguments.size(); ++i) {
    AllowBareWord(arguments[i]);
  }
  for (const HashExpression& entry : hash) {
    if (entry.name == "tz") {
      AllowBareWord(entry.expression);
    }
  }
  program_.calls.push_back(call);
  return AddExpression(
      {Expression::Kind::kCall, static_cast<uint32_t>(program_.calls.size() - 1), {}});
}

void ExpressionParser::AllowBareWord(uint32_t index) {
  Expression& expression = program_.expressions[index];
  if (expression.kind != Expression::Kind::kPath) {
    return;
  }
  const PathExpression& path = program_.paths[expression.index];
  if (path.base == PathExpression::Base::kName && path.up == 0 && path.variable != kNoIndex) {
    expression.value = Value::String(program_.variables[path.variable].written);
    uint32_t& uses = program_.global_uses[path.variable];
    uses -= inside_scope_block_ ? 0 : 1;
  }
}

std::string ExpressionParser::CheckLiterals(const HelperSpec& helper,
                                            const std::vector<uint32_t>& arguments,
                                            const std::vector<HashExpression>& hash) const {
  if (helper.check == nullptr) {
    return {};
  }
  const auto literal = [&](uint32_t index) {
    const Expression& expression = program_.expressions[index];
    return expression.kind == Expression::Kind::kLiteral ? expression.value : Value();
  };
  std::vector<Value> values;
  for (const uint32_t argument : arguments) {
    values.push_back(literal(argument));
  }
  std::vector<NamedValue> named;
  for (const HashExpression& entry : hash) {
    named.push_back({entry.name, literal(entry.expression)});
  }
  return helper.check({values, named});
}

}  // namespace pinion::templates
