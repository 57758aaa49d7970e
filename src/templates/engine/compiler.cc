#include "templates/engine/compiler.h"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "templates/engine/expression_parser.h"

namespace pinion::templates {
namespace {

using Op = Node::Op;

// A block that is open while its tags are read.
struct OpenBlock {
  enum class Kind { kNodes, kPartial, kInline };
  Kind kind = Kind::kNodes;
  std::string_view name;
  size_t tag_begin = 0;
  // The nodes, first to last of an else chain, that end where the block ends.
  std::vector<uint32_t> ends;
  // The node that the next `else` belongs to, or kNoIndex after the last one.
  uint32_t branch = kNoIndex;
  // Of `{{^x}}`: the node that its `else` part becomes, which is what `{{#x}}` would hold.
  std::optional<Node> opposite;
  // That node.
  uint32_t last = kNoIndex;
  uint32_t partial = kNoIndex;
  // Whether the branch that is being read has a context of its own, or parameters.
  bool scope = false;
  bool parameters = false;
};

class Compiler {
 public:
  explicit Compiler(Program& program) : program_(program) {}

  bool Run() {
    if (const auto error = LexTemplate(program_.source, tokens_)) {
      error_ = *error;
      return false;
    }
    for (token_ = 0; token_ < tokens_.size(); ++token_) {
      if (!Compile(tokens_[token_])) {
        return false;
      }
    }
    if (!blocks_.empty()) {
      const OpenBlock& block = blocks_.back();
      return Fail(block.tag_begin, "the block " + std::string(block.name) + " is never closed");
    }
    return ResolvePartials();
  }

  SyntaxError TakeError() { return std::move(error_); }

 private:
  struct NamedCall {
    uint32_t call;
    std::string_view name;
    size_t tag_begin;
  };

  bool Fail(size_t offset, std::string reason) {
    error_ = {offset, std::move(reason)};
    return false;
  }

  uint32_t NextNode() const { return static_cast<uint32_t>(program_.nodes.size()); }

  uint32_t AddNode(Node node) {
    program_.nodes.push_back(node);
    return NextNode() - 1;
  }

  bool InsideScope() const {
    return std::any_of(blocks_.begin(), blocks_.end(), [](const OpenBlock& b) { return b.scope; });
  }

  ExpressionParser Parser() { return {program_, scopes_, InsideScope()}; }

  bool Compile(const Token& token) {
    switch (token.kind) {
      case TokenKind::kText:
        AddText(token);
        return true;
      case TokenKind::kComment:
      case TokenKind::kRawTag:
        return true;
      case TokenKind::kPrint:
      case TokenKind::kUnescaped:
        return CompilePrint(token);
      case TokenKind::kOpen:
      case TokenKind::kOpenInverse:
        return OpenNodes(token);
      case TokenKind::kOpenInline:
        return OpenInline(token);
      case TokenKind::kPartial:
      case TokenKind::kOpenPartial:
        return CompilePartial(token);
      case TokenKind::kElse:
        return CompileElse(token);
      case TokenKind::kClose:
        return CompileClose(token);
    }
    return true;
  }

  void AddTextNode(size_t begin, size_t end) {
    if (begin < end) {
      AddNode({Op::kText, 0, static_cast<uint32_t>(begin), static_cast<uint32_t>(end - begin), 0});
    }
  }

  // The text without what its neighbours strip.
  void AddText(const Token& text) {
    const std::string_view source = program_.source;
    size_t begin = text.begin;
    size_t end = text.end;
    if (token_ > 0) {
      const Token& before = tokens_[token_ - 1];
      if (before.strip_after) {
        while (begin < end && SpaceAt(source, begin) > 0) {
          begin += SpaceAt(source, begin);
        }
      } else if (IsStandalone(token_ - 1)) {
        begin = SkipBlanks(begin, end);
        begin += begin < end && source[begin] == '\r' ? 1 : 0;
        begin += begin < end && source[begin] == '\n' ? 1 : 0;
      }
    }
    if (token_ + 1 < tokens_.size()) {
      const Token& after = tokens_[token_ + 1];
      if (after.strip_before) {
        while (begin < end && SpaceBefore(source, end) > 0) {
          end -= SpaceBefore(source, end);
        }
      } else if (IsStandalone(token_ + 1)) {
        end = std::max(begin, LineIndent(after.begin));
      }
    }
    AddTextNode(begin, end);
  }

  static bool IsBlank(char c) { return c == ' ' || c == '\t'; }

  size_t SkipBlanks(size_t at, size_t end) const {
    while (at < end && IsBlank(program_.source[at])) {
      ++at;
    }
    return at;
  }

  // Where the blanks begin that stand before `at`.
  size_t LineIndent(size_t at) const {
    while (at > 0 && IsBlank(program_.source[at - 1])) {
      --at;
    }
    return at;
  }

  // Whether the tag is alone on its line and of a kind that then takes the line with it (TPL-54).
  bool IsStandalone(size_t index) const {
    const TokenKind kind = tokens_[index].kind;
    return kind != TokenKind::kPrint && kind != TokenKind::kUnescaped && kind != TokenKind::kText &&
           BeginsLine(index) && EndsLine(index);
  }

  // Only white space stands before the tag on its line. A line begins within the text that the tag
  // follows, or with the source.
  bool BeginsLine(size_t index) const {
    const std::string_view source = program_.source;
    if (index == 0) {
      return true;
    }
    const Token& text = tokens_[index - 1];
    size_t at = tokens_[index].begin;
    while (text.kind == TokenKind::kText && at > text.begin && SpaceBefore(source, at) > 0) {
      if (source[at - 1] == '\n') {
        return true;
      }
      at -= SpaceBefore(source, at);
    }
    return at == 0;
  }

  bool EndsLine(size_t index) const {
    const std::string_view source = program_.source;
    size_t at = tokens_[index].end;
    const bool text_follows =
        index + 1 < tokens_.size() && tokens_[index + 1].kind == TokenKind::kText;
    while (text_follows && at < tokens_[index + 1].end && SpaceAt(source, at) > 0) {
      if (source[at] == '\n') {
        return true;
      }
      at += SpaceAt(source, at);
    }
    return at == source.size();
  }

  bool CompilePrint(const Token& token) {
    ExpressionParser parser = Parser();
    TagExpression tag;
    if (!parser.ParseTag(token.body, tag)) {
      return Fail(token.begin, parser.error());
    }
    uint32_t expression = kNoIndex;
    if (!HeadExpression(parser, tag, token.begin, expression)) {
      return false;
    }
    if (!tag.parameters.empty()) {
      return Fail(token.begin, "block parameters outside of a block");
    }
    if (IsCondition(expression)) {
      expression = AddChoice(parser, expression, tag);
    }
    AddNode(
        {token.kind == TokenKind::kPrint ? Op::kPrint : Op::kPrintUnescaped, 0, expression, 0, 0});
    return true;
  }

  // What the tag as a whole yields: a value, or the call of a helper.
  bool HeadExpression(ExpressionParser& parser,
                      const TagExpression& tag,
                      size_t begin,
                      uint32_t& expression) {
    expression = tag.head;
    if (!tag.head_is_name) {
      return !tag.has_arguments() ||
             Fail(begin, "only a helper takes arguments: " + std::string(tag.head_text));
    }
    const HelperSpec* helper = FindHelper(tag.head_text);
    if (!tag.has_arguments()) {
      if (helper == nullptr || helper->arguments_min > 0) {
        return true;
      }
      const std::optional<uint32_t> call = parser.AddCall(*helper, {}, {});
      if (!call) {
        return Fail(begin, parser.error());
      }
      program_.calls[program_.expressions[*call].index].variable_first =
          program_.expressions[tag.head].index;
      program_.global_uses[program_.paths[program_.expressions[tag.head].index].variable] -=
          InsideScope() ? 0 : 1;
      expression = *call;
      return true;
    }
    if (helper == nullptr) {
      return Fail(begin, "unknown helper " + std::string(tag.head_text));
    }
    const std::optional<uint32_t> call = parser.AddCall(*helper, tag.arguments, tag.hash);
    expression = call.value_or(kNoIndex);
    return call.has_value() || Fail(begin, parser.error());
  }

  bool IsCondition(uint32_t expression) const {
    const Expression& made = program_.expressions[expression];
    return made.kind == Expression::Kind::kCall &&
           program_.calls[made.index].helper->kind == HelperSpec::Kind::kCondition;
  }

  uint32_t AddChoice(ExpressionParser& parser, uint32_t condition, const TagExpression& tag) {
    ChoiceExpression choice{condition, kNoIndex, kNoIndex};
    for (const HashExpression& entry : tag.hash) {
      if (entry.name == "yes") {
        choice.yes = entry.expression;
      } else if (entry.name == "no") {
        choice.no = entry.expression;
      }
    }
    if (choice.yes == kNoIndex) {
      choice.yes = parser.AddLiteral(Value::Bool(true));
    }
    if (choice.no == kNoIndex) {
      choice.no = parser.AddLiteral(Value::Bool(false));
    }
    program_.choices.push_back(choice);
    program_.expressions.push_back(
        {Expression::Kind::kChoice, static_cast<uint32_t>(program_.choices.size() - 1), {}});
    return static_cast<uint32_t>(program_.expressions.size() - 1);
  }

  bool PushBlock(OpenBlock block) {
    if (blocks_.size() >= kBlockDepthMax) {
      return Fail(block.tag_begin, "blocks are nested too deep");
    }
    blocks_.push_back(std::move(block));
    return true;
  }

  bool OpenNodes(const Token& token) {
    OpenBlock block;
    block.tag_begin = token.begin;
    if (!PushBlock(std::move(block))) {
      return false;
    }
    return BeginBranch(token, token.kind == TokenKind::kOpenInverse, &blocks_.back().name);
  }

  // One `{{#x}}` or `{{else x}}`: adds its node and makes it the branch of the innermost block.
  bool BeginBranch(const Token& token, bool inverse, std::string_view* name) {
    ExpressionParser parser = ParserOutsideInnermost();
    TagExpression tag;
    if (!parser.ParseTag(token.body, tag)) {
      return Fail(token.begin, parser.error());
    }
    if (name != nullptr) {
      *name = tag.head_text;
    }
    Node node;
    if (!BranchNode(parser, tag, token.begin, node)) {
      return false;
    }
    const bool binds = node.op == Op::kEach || node.op == Op::kWith;
    if (!tag.parameters.empty() && (!binds || inverse)) {
      return Fail(token.begin, "block parameters need each or with");
    }
    OpenBlock& block = blocks_.back();
    if (inverse) {
      const bool was_scope = HasScope(node.op);
      if (was_scope) {
        block.opposite = node;
      }
      node.op = was_scope ? Op::kUnlessWalked : node.op == Op::kIf ? Op::kUnless : Op::kIf;
    }
    node.parameters = static_cast<uint8_t>(tag.parameters.size());
    block.branch = AddNode(node);
    block.ends.push_back(block.branch);
    block.scope = HasScope(node.op);
    block.parameters = !tag.parameters.empty();
    if (block.parameters) {
      scopes_.push_back(tag.parameters);
    }
    return true;
  }

  // The innermost block is on the stack already, but its own tag is not inside it.
  ExpressionParser ParserOutsideInnermost() {
    const bool inside =
        std::any_of(blocks_.begin(), blocks_.end() - 1, [](const OpenBlock& b) { return b.scope; });
    return {program_, scopes_, inside};
  }

  bool BranchNode(ExpressionParser& parser, const TagExpression& tag, size_t begin, Node& node) {
    const std::string_view name = tag.head_is_name ? tag.head_text : std::string_view();
    const bool is_each = name == "each";
    const bool is_with = name == "with";
    const bool is_if = name == "if" || name == "unless";
    if (is_each || is_with || (is_if && tag.hash.empty())) {
      if (tag.arguments.size() != 1) {
        return Fail(begin, "wrong number of arguments of helper " + std::string(name));
      }
      node.a = tag.arguments[0];
      node.op = is_each ? Op::kEach : is_with ? Op::kWith : name == "if" ? Op::kIf : Op::kUnless;
      return true;
    }
    if (!HeadExpression(parser, tag, begin, node.a)) {
      return false;
    }
    node.op = IsCondition(node.a) ? Op::kIf : Op::kSection;
    return true;
  }

  static bool HasScope(Op op) { return op == Op::kEach || op == Op::kWith || op == Op::kSection; }

  // Ends the branch that is being read: what follows is its else part.
  void EndBranch(OpenBlock& block) {
    if (block.parameters) {
      scopes_.pop_back();
    }
    Node& node = program_.nodes[block.branch];
    if (!HasScope(node.op)) {
      // Behind the true part stands a jump over the else part.
      const uint32_t jump = AddNode({Op::kJump, 0, 0, 0, 0});
      program_.nodes[block.branch].b = jump + 1;
      block.ends.back() = jump;
    } else {
      node.c = NextNode();
    }
    block.branch = kNoIndex;
    block.scope = false;
    block.parameters = false;
  }

  bool CompileElse(const Token& token) {
    const bool inside = !blocks_.empty() && blocks_.back().kind == OpenBlock::Kind::kNodes;
    if (!inside) {
      return Fail(token.begin, "else outside of a block");
    }
    if (blocks_.back().branch == kNoIndex) {
      return Fail(token.begin, "a second else in the same block");
    }
    OpenBlock& block = blocks_.back();
    EndBranch(block);
    if (!token.body.empty()) {
      block.opposite.reset();
      return BeginBranch(token, false, nullptr);
    }
    if (block.opposite) {
      block.ends.push_back(AddNode(*block.opposite));
      block.last = block.ends.back();
      block.opposite.reset();
      block.scope = true;
    }
    return true;
  }

  bool CompileClose(const Token& token) {
    if (blocks_.empty()) {
      return Fail(token.begin, "there is no open block to close");
    }
    OpenBlock& block = blocks_.back();
    std::string_view name = token.body;
    if (name.size() > 1 && (name.front() == '"' || name.front() == '\'')) {
      name = name.substr(1, name.size() - 2);
    }
    if (name != block.name) {
      return Fail(token.begin,
                  "the open block is " + std::string(block.name) + ", not " + std::string(name));
    }
    switch (block.kind) {
      case OpenBlock::Kind::kNodes:
        CloseNodes(block);
        break;
      case OpenBlock::Kind::kPartial:
        program_.partial_calls[block.partial].block.end = NextNode();
        program_.nodes[block.ends[0]].b = NextNode();
        break;
      case OpenBlock::Kind::kInline:
        program_.partials[block.partial].body.end = NextNode();
        program_.nodes[block.ends[0]].b = NextNode();
        std::swap(scopes_, outer_scopes_.back());
        outer_scopes_.pop_back();
        break;
    }
    blocks_.pop_back();
    return true;
  }

  void CloseNodes(OpenBlock& block) {
    if (block.last != kNoIndex) {
      program_.nodes[block.last].c = NextNode();
    }
    if (block.branch != kNoIndex) {
      Node& node = program_.nodes[block.branch];
      node.c = NextNode();
      if (block.parameters) {
        scopes_.pop_back();
      }
    }
    for (const uint32_t end : block.ends) {
      program_.nodes[end].b = NextNode();
    }
  }

  bool OpenInline(const Token& token) {
    ExpressionParser parser = Parser();
    TagExpression tag;
    if (!parser.ParseNamedTag(token.body, tag)) {
      return Fail(token.begin, parser.error());
    }
    const bool literal =
        tag.arguments.size() == 1 && tag.hash.empty() &&
        program_.expressions[tag.arguments[0]].value.kind() == Value::Kind::kString;
    if (tag.head_text != "inline" || !literal) {
      return Fail(token.begin, "expected #*inline \"name\"");
    }
    OpenBlock block;
    block.kind = OpenBlock::Kind::kInline;
    block.name = "inline";
    block.tag_begin = token.begin;
    // A partial runs wherever it is called, so its paths may always be block-local.
    block.scope = true;
    block.partial = static_cast<uint32_t>(program_.partials.size());
    block.ends.push_back(AddNode({Op::kJump, 0, 0, 0, 0}));
    program_.partials.push_back(
        {program_.expressions[tag.arguments[0]].value.text(), {NextNode(), NextNode()}});
    // Block parameters of where it is defined are not there where it is called.
    outer_scopes_.emplace_back();
    std::swap(scopes_, outer_scopes_.back());
    return PushBlock(std::move(block));
  }

  static bool BeginsBody(TokenKind kind) {
    return kind == TokenKind::kOpen || kind == TokenKind::kOpenInverse ||
           kind == TokenKind::kElse || kind == TokenKind::kOpenPartial ||
           kind == TokenKind::kOpenInline;
  }

  // Whether a `~` takes the indentation of the current partial call away. That of a tag which
  // begins the body takes the blanks, but the lines of the partial are indented all the same.
  bool IsIndentStripped() const {
    if (tokens_[token_].strip_before) {
      return true;
    }
    if (token_ < 2 || tokens_[token_ - 1].kind != TokenKind::kText) {
      return false;
    }
    const Token& text = tokens_[token_ - 1];
    const std::string_view source = program_.source;
    return tokens_[token_ - 2].strip_after && !BeginsBody(tokens_[token_ - 2].kind) &&
           TrimSpace(source.substr(text.begin, text.end - text.begin)).empty();
  }

  bool CompilePartial(const Token& token) {
    ExpressionParser parser = Parser();
    TagExpression tag;
    if (!parser.ParseNamedTag(token.body, tag)) {
      return Fail(token.begin, parser.error());
    }
    if (tag.arguments.size() > 1 || !tag.parameters.empty()) {
      return Fail(token.begin, "a partial takes at most one context");
    }
    PartialCall call;
    call.name = tag.head;
    call.is_partial_block = tag.head_text == "@partial-block";
    call.context = tag.arguments.empty() ? kNoIndex : tag.arguments[0];
    call.first_hash = static_cast<uint32_t>(program_.hashes.size());
    call.hash_count = static_cast<uint32_t>(tag.hash.size());
    program_.hashes.insert(program_.hashes.end(), tag.hash.begin(), tag.hash.end());
    call.has_block = token.kind == TokenKind::kOpenPartial;
    if (!call.has_block && IsStandalone(token_) && !IsIndentStripped()) {
      const size_t indent = LineIndent(token.begin);
      call.indent = std::string_view(program_.source).substr(indent, token.begin - indent);
    }
    const auto index = static_cast<uint32_t>(program_.partial_calls.size());
    const uint32_t node = AddNode({Op::kPartial, 0, index, 0, 0});
    program_.nodes[node].b = NextNode();
    call.block = {NextNode(), NextNode()};
    program_.partial_calls.push_back(call);
    if (call.name == kNoIndex && !call.is_partial_block) {
      named_calls_.push_back({index, tag.head_text, token.begin});
    }
    if (!call.has_block) {
      return true;
    }
    OpenBlock block;
    block.kind = OpenBlock::Kind::kPartial;
    block.name = tag.head_text;
    block.tag_begin = token.begin;
    // Runs within the partial, whose context may be another.
    block.scope = true;
    block.partial = index;
    block.ends.push_back(node);
    return PushBlock(std::move(block));
  }

  // Partials may be defined behind their use. The last definition of a name is the one that counts.
  bool ResolvePartials() {
    std::unordered_map<std::string_view, uint32_t> numbers;
    for (size_t i = 0; i < program_.partials.size(); ++i) {
      numbers.insert_or_assign(program_.partials[i].name, static_cast<uint32_t>(i));
    }
    for (const NamedCall& named : named_calls_) {
      PartialCall& call = program_.partial_calls[named.call];
      if (const auto found = numbers.find(named.name); found != numbers.end()) {
        call.partial = found->second;
      }
      if (call.partial == kNoIndex && !call.has_block) {
        return Fail(named.tag_begin, "unknown partial " + std::string(named.name));
      }
    }
    return true;
  }

  Program& program_;
  std::vector<Token> tokens_;
  size_t token_ = 0;
  std::vector<OpenBlock> blocks_;
  ParameterScopes scopes_;
  std::vector<ParameterScopes> outer_scopes_;
  std::vector<NamedCall> named_calls_;
  SyntaxError error_;
};

}  // namespace

CompileOutcome CompileProgram(std::string_view source) {
  auto program = std::make_shared<Program>();
  program->source = source;
  Compiler compiler(*program);
  if (!compiler.Run()) {
    return {nullptr, compiler.TakeError()};
  }
  return {std::move(program), {}};
}

}  // namespace pinion::templates
