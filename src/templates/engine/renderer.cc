#include "templates/engine/renderer.h"

#include <utility>

#include "templates/engine/json_check.h"

namespace pinion::templates {
namespace {

using Op = Node::Op;
using Base = PathExpression::Base;

constexpr size_t kTextBytesPerNode = 256;

// What the value of an expression is for.
enum class Use {
  kPrinted,
  // Only tested: may be missing under every policy.
  kTested,
  // May be something else than a variable, so that nothing is reported.
  kTried,
};

struct Loop {
  const Loop* outer = nullptr;
  size_t index = 0;
  bool last = false;
  // Of a map.
  bool has_key = false;
  std::string_view key;
};

// A context, on the call stack of the renderer.
struct Scope {
  Value self;
  const Scope* parent = nullptr;
  const Loop* loop = nullptr;
  // `name=value` of a partial call; hides members of `self`.
  std::span<const NamedValue> hash;
  // A scope with the same `self`, whose hash counts as well.
  const Scope* extends = nullptr;
};

struct Locals {
  const Locals* parent = nullptr;
  Value values[2];
};

// The body that `@partial-block` stands for.
struct PartialBlock {
  Range body;
  const Scope* scope = nullptr;
  const Locals* locals = nullptr;
  const PartialBlock* outer = nullptr;
};

struct Frame {
  const Scope* scope = nullptr;
  const Locals* locals = nullptr;
  const PartialBlock* partial_block = nullptr;
};

class Renderer {
 public:
  Renderer(const CompiledTemplate& compiled,
           const VariableSource& source,
           const RenderOptions& options,
           std::string& out,
           bool reports)
      : program_(compiled.program()),
        escaping_(compiled.escaping()),
        source_(source),
        options_(options),
        out_(out),
        out_begin_(out.size()),
        scratch_(options.limits.output_bytes_max),
        environment_{scratch_, source, options.now, options.random, failure_} {
    if (reports) {
      seen_.resize(program_.variables.size());
    }
  }

  bool Run() {
    root_.self = Value::Root();
    const Range all{0, static_cast<uint32_t>(program_.nodes.size())};
    return RunRange(all, {&root_, nullptr, nullptr}) && Finish();
  }

  std::string TakeFailure() { return std::move(failure_); }

  void Report(RenderReport& report) const {
    report.nodes = nodes_;
    for (size_t i = 0; i < program_.variables.size(); ++i) {
      const std::string_view written = program_.variables[i].written;
      if (program_.global_uses[i] > 0 || seen_[i].looked_up) {
        report.variables.push_back(written);
      }
      if (seen_[i].missing) {
        report.missing.push_back(written);
      }
      if (seen_[i].defaulted) {
        report.defaulted.push_back(written);
      }
    }
  }

 private:
  struct Seen {
    bool looked_up = false;
    bool missing = false;
    bool defaulted = false;
  };

  bool Fail(std::string reason) {
    if (failure_.empty()) {
      failure_ = std::move(reason);
    }
    return false;
  }

  bool Finish() {
    if (escaping_ == Escaping::kSingleLine) {
      JoinLines(out_, out_begin_);
    }
    if (escaping_ == Escaping::kJson && !IsValidJson(std::string_view(out_).substr(out_begin_))) {
      return Fail("the rendered content is not valid JSON");
    }
    return true;
  }

  // After each node: whether the rendering may go on.
  bool WithinLimits() {
    if (++nodes_ > options_.limits.nodes_max) {
      return Fail("more than " + std::to_string(options_.limits.nodes_max) + " nodes");
    }
    if (out_.size() - out_begin_ > options_.limits.output_bytes_max || scratch_.exhausted()) {
      return Fail("the output is longer than " + std::to_string(options_.limits.output_bytes_max) +
                  " bytes");
    }
    return failure_.empty();
  }

  bool RunRange(Range range, const Frame& frame) {
    uint32_t at = range.begin;
    while (at < range.end) {
      const Node& node = program_.nodes[at];
      switch (node.op) {
        case Op::kText:
          out_.append(program_.source, node.a, node.b);
          ++at;
          break;
        case Op::kPrint:
        case Op::kPrintUnescaped:
          Print(node, frame);
          ++at;
          break;
        case Op::kIf:
          at = Test(node, frame) ? at + 1 : node.b;
          break;
        case Op::kUnless:
          at = Test(node, frame) ? node.b : at + 1;
          break;
        case Op::kUnlessWalked:
          at = IsWalked(node, frame) ? node.b : at + 1;
          break;
        case Op::kJump:
          at = node.b;
          break;
        case Op::kEach:
        case Op::kWith:
        case Op::kSection:
          at = RunScopeBlock(node, {at + 1, node.c}, frame) ? node.b : node.c;
          break;
        case Op::kPartial:
          RunPartial(program_.partial_calls[node.a], frame);
          at = node.b;
          break;
      }
      if (!WithinLimits()) {
        return false;
      }
    }
    return true;
  }

  void Print(const Node& node, const Frame& frame) {
    const Scratch::Mark mark = scratch_.Here();
    const Value value = Evaluate(node.a, Use::kPrinted, frame);
    const std::string_view text =
        value.kind() == Value::Kind::kString ? value.text() : TextOf(value, scratch_);
    AppendEscaped(out_, text, node.op == Op::kPrint ? escaping_ : Escaping::kNone);
    scratch_.Rewind(mark);
  }

  bool Test(const Node& node, const Frame& frame) {
    const Scratch::Mark mark = scratch_.Here();
    const bool truthy = Evaluate(node.a, Use::kTested, frame).Truthy();
    scratch_.Rewind(mark);
    return truthy;
  }

  // Whether a section would walk or enter the value.
  bool IsWalked(const Node& node, const Frame& frame) {
    const Scratch::Mark mark = scratch_.Here();
    const Value value = Evaluate(node.a, Use::kTested, frame);
    const bool walked = value.is_list() ? value.list_size() > 0 : value.Truthy();
    scratch_.Rewind(mark);
    return walked;
  }

  // False: the block has nothing to walk, its else part is next.
  bool RunScopeBlock(const Node& node, Range body, const Frame& frame) {
    const Scratch::Mark mark = scratch_.Here();
    const Value value = Evaluate(node.a, Use::kTested, frame);
    bool entered = false;
    if (node.op == Op::kEach || (node.op == Op::kSection && value.is_list())) {
      entered = RunEach(node, value, body, frame);
    } else if (value.Truthy()) {
      entered = true;
      RunWith(node, value, body, frame);
    }
    scratch_.Rewind(mark);
    return entered;
  }

  void RunWith(const Node& node, Value value, Range body, const Frame& frame) {
    if (node.op == Op::kSection && value.kind() == Value::Kind::kBool) {
      RunRange(body, frame);
      return;
    }
    Scope scope;
    scope.self = value;
    scope.parent = frame.scope;
    scope.loop = frame.scope->loop;
    Locals locals{frame.locals, {value, Value()}};
    RunRange(body, {&scope, node.parameters > 0 ? &locals : frame.locals, frame.partial_block});
  }

  bool RunEach(const Node& node, Value value, Range body, const Frame& frame) {
    std::span<const NamedValue> members;
    const bool is_map = value.kind() == Value::Kind::kMap;
    if (is_map) {
      members = value.map().Members(scratch_);
    }
    const size_t count = is_map            ? members.size()
                         : value.is_list() ? value.list_size()
                                           : (value.Truthy() ? 1 : 0);
    if (count > options_.limits.loop_items_max) {
      Fail("a loop of more than " + std::to_string(options_.limits.loop_items_max) + " items");
      return true;
    }
    for (size_t i = 0; i < count; ++i) {
      if (++passes_ > options_.limits.loop_passes_max) {
        Fail("more than " + std::to_string(options_.limits.loop_passes_max) + " loop passes");
        return true;
      }
      Loop loop;
      loop.outer = frame.scope->loop;
      loop.index = i;
      loop.last = i + 1 == count;
      loop.has_key = is_map;
      loop.key = is_map ? members[i].name : std::string_view();
      const Value item = is_map ? members[i].value : value.is_list() ? value.At(i) : value;
      Scope scope;
      scope.self = item;
      scope.parent = frame.scope;
      scope.loop = &loop;
      Locals locals{
          frame.locals,
          {item, is_map ? Value::String(loop.key) : Value::Number(static_cast<double>(i))}};
      if (!RunRange(body,
                    {&scope, node.parameters > 0 ? &locals : frame.locals, frame.partial_block})) {
        return true;
      }
    }
    return count > 0;
  }

  void RunPartial(const PartialCall& call, const Frame& frame) {
    if (partial_depth_ >= options_.limits.partial_depth_max) {
      Fail("partials are nested deeper than " + std::to_string(options_.limits.partial_depth_max));
      return;
    }
    const Scratch::Mark mark = scratch_.Here();
    Frame inner;
    Range body;
    const PartialBlock block{call.block, frame.scope, frame.locals, frame.partial_block};
    if (!FindPartial(call, frame, block, inner, body)) {
      return;
    }
    Scope scope;
    scope.extends = call.context == kNoIndex ? frame.scope : nullptr;
    scope.self =
        scope.extends != nullptr ? frame.scope->self : Evaluate(call.context, Use::kTested, frame);
    scope.hash = EvaluateHash(call.first_hash, call.hash_count, Use::kTested, frame);
    scope.loop = frame.scope->loop;
    // `../` leads to where the text stands: all partials stand in the root, the body of a block
    // partial in the block that calls.
    const Scope* home = &root_;
    if (call.is_partial_block) {
      home = frame.partial_block->scope;
    } else if (body.begin == call.block.begin) {
      home = frame.scope;
    }
    scope.parent = IsSameContext(scope, home) ? home->parent : home;
    inner.scope = &scope;
    const size_t begin = out_.size();
    ++partial_depth_;
    RunRange(body, inner);
    --partial_depth_;
    if (!call.indent.empty()) {
      Indent(begin, call.indent);
    }
    scratch_.Rewind(mark);
  }

  // Whether `scope` has the context of `home` and nothing of its own.
  static bool IsSameContext(const Scope& scope, const Scope* home) {
    const Scope* at = &scope;
    while (at != nullptr && at != home && at->hash.empty()) {
      at = at->extends;
    }
    return at == home;
  }

  // Sets the locals, the partial block and the body to run.
  bool FindPartial(const PartialCall& call,
                   const Frame& frame,
                   const PartialBlock& block,
                   Frame& inner,
                   Range& body) {
    if (call.is_partial_block) {
      if (frame.partial_block == nullptr) {
        return Fail("@partial-block outside of a block partial");
      }
      inner.locals = frame.partial_block->locals;
      inner.partial_block = frame.partial_block->outer;
      body = frame.partial_block->body;
      return true;
    }
    inner.partial_block = call.has_block ? &block : frame.partial_block;
    uint32_t partial = call.partial;
    if (call.name != kNoIndex) {
      const std::string_view name = TextOf(Evaluate(call.name, Use::kTested, frame), scratch_);
      for (size_t i = 0; i < program_.partials.size(); ++i) {
        partial = program_.partials[i].name == name ? static_cast<uint32_t>(i) : partial;
      }
      if (partial == kNoIndex && !call.has_block) {
        return Fail("unknown partial " + std::string(name));
      }
    }
    if (partial != kNoIndex) {
      body = program_.partials[partial].body;
    } else {
      // The block form of a partial that there is not prints its own body.
      inner.locals = frame.locals;
      inner.partial_block = frame.partial_block;
      body = call.block;
    }
    return true;
  }

  // Puts `indent` before each line of the output from `begin` on, but an empty last one.
  void Indent(size_t begin, std::string_view indent) {
    const std::string rendered = out_.substr(begin);
    out_.resize(begin);
    size_t line = 0;
    while (line < rendered.size() && WithinLimits()) {
      const size_t end = rendered.find('\n', line);
      const size_t next = end == std::string::npos ? rendered.size() : end + 1;
      out_.append(indent);
      out_.append(rendered, line, next - line);
      line = next;
    }
  }

  Value Evaluate(uint32_t index, Use use, const Frame& frame) {
    const Expression& expression = program_.expressions[index];
    switch (expression.kind) {
      case Expression::Kind::kLiteral:
        return expression.value;
      case Expression::Kind::kPath: {
        // A literal beside a path is the bare word that counts where the path finds nothing.
        const bool bare_word = expression.value.kind() == Value::Kind::kString;
        const Value found =
            Resolve(program_.paths[expression.index], bare_word ? Use::kTried : use, frame);
        return bare_word && found.absent() ? expression.value : found;
      }
      case Expression::Kind::kCall:
        return Call(program_.calls[expression.index], use, frame);
      case Expression::Kind::kChoice: {
        const ChoiceExpression& choice = program_.choices[expression.index];
        const bool yes = Evaluate(choice.condition, Use::kTested, frame).Truthy();
        return Evaluate(yes ? choice.yes : choice.no, use, frame);
      }
    }
    return Value();
  }

  Value Call(const CallExpression& call, Use use, const Frame& frame) {
    ++nodes_;
    if (call.variable_first != kNoIndex) {
      const Value variable = Resolve(program_.paths[call.variable_first], Use::kTried, frame);
      if (!variable.absent()) {
        return variable;
      }
    }
    const HelperSpec& helper = *call.helper;
    const bool is_condition = helper.kind == HelperSpec::Kind::kCondition;
    const std::span<Value> arguments = scratch_.NewArray<Value>(call.argument_count);
    for (uint32_t i = 0; i < call.argument_count; ++i) {
      const bool tested = is_condition || i < helper.tested_arguments;
      arguments[i] =
          Evaluate(program_.arguments[call.first_argument + i], tested ? Use::kTested : use, frame);
      // Long texts take longer: the limit of nodes is one of time.
      nodes_ += arguments[i].kind() == Value::Kind::kString
                    ? arguments[i].text().size() / kTextBytesPerNode
                    : 0;
    }
    const std::span<const NamedValue> hash =
        EvaluateHash(call.first_hash, call.hash_count, use, frame);
    return failure_.empty() ? helper.function(HelperCall(arguments, hash, environment_)) : Value();
  }

  std::span<const NamedValue> EvaluateHash(uint32_t first,
                                           uint32_t count,
                                           Use use,
                                           const Frame& frame) {
    const std::span<NamedValue> hash = scratch_.NewArray<NamedValue>(count);
    for (uint32_t i = 0; i < count; ++i) {
      const HashExpression& entry = program_.hashes[first + i];
      hash[i] = {entry.name, Evaluate(entry.expression, use, frame)};
    }
    return hash;
  }

  Value Resolve(const PathExpression& path, Use use, const Frame& frame) {
    const Scope* scope = frame.scope;
    for (uint8_t i = 0; i < path.up && scope->parent != nullptr; ++i) {
      scope = scope->parent;
    }
    switch (path.base) {
      case Base::kName:
      case Base::kContext:
        return ResolveInScope(path, *scope, use);
      case Base::kRoot:
        return path.variable == kNoIndex ? Value::Root() : LookUp(path.variable, use);
      case Base::kData:
        return LoopVariable(path, scope->loop);
      case Base::kLocal: {
        const Locals* locals = frame.locals;
        for (uint8_t i = 0; i < path.local_frame && locals != nullptr; ++i) {
          locals = locals->parent;
        }
        return locals == nullptr ? Value()
                                 : Descend(locals->values[path.local_slot], path.variable);
      }
    }
    return Value();
  }

  // TPL-76: what the block has comes first, then everything else; `this.x` stays within the block.
  Value ResolveInScope(const PathExpression& path, const Scope& scope, Use use) {
    if (path.variable == kNoIndex) {
      return scope.self;
    }
    bool named = false;
    const Value hashed = FindInHash(scope, path.variable, named);
    if (!hashed.absent() || (named && path.base == Base::kContext)) {
      return hashed;
    }
    if (!named && scope.self.kind() != Value::Kind::kRoot) {
      const Value found = Descend(scope.self, path.variable);
      if (!found.absent() || path.base == Base::kContext) {
        return found;
      }
    }
    return LookUp(path.variable, use);
  }

  // What the nearest call of a partial passes under the first name of the path; `named`: whether
  // one does, be it nothing.
  Value FindInHash(const Scope& scope, uint32_t variable, bool& named) {
    for (const Scope* at = &scope; at != nullptr; at = at->extends) {
      const auto segments = program_.variables[variable].segments;
      for (const NamedValue& entry : at->hash) {
        if (entry.name != segments[0]) {
          continue;
        }
        named = true;
        Value found = entry.value;
        for (size_t i = 1; i < segments.size(); ++i) {
          found = MemberOf(found, segments[i], scratch_);
        }
        return found;
      }
    }
    return Value();
  }

  Value Descend(Value value, uint32_t variable) {
    if (variable == kNoIndex) {
      return value;
    }
    const auto segments = program_.variables[variable].segments;
    if (value.kind() == Value::Kind::kRoot) {
      return LookUp(variable, Use::kTested);
    }
    for (const std::string_view segment : segments) {
      value = MemberOf(value, segment, scratch_);
    }
    return value;
  }

  Value LookUp(uint32_t index, Use use) {
    const VariablePath& path = program_.variables[index];
    const Variable found = source_.Find(path, scratch_);
    const bool missing = found.value.absent();
    if (!seen_.empty() && use != Use::kTried) {
      seen_[index].looked_up = true;
      seen_[index].missing |= missing;
      seen_[index].defaulted |= found.defaulted;
    }
    if (missing && use == Use::kPrinted &&
        (found.required || options_.missing == MissingPolicy::kFail)) {
      Fail("the variable " + std::string(path.written) + " has no value");
    }
    return found.value;
  }

  static Value LoopVariable(const PathExpression& path, const Loop* loop) {
    using Data = PathExpression::Data;
    for (uint8_t i = 0; i < path.loops_up && loop != nullptr; ++i) {
      loop = loop->outer;
    }
    if (loop == nullptr) {
      return Value();
    }
    switch (path.data) {
      case Data::kIndex:
        return Value::Number(static_cast<double>(loop->index));
      case Data::kKey:
        return loop->has_key ? Value::String(loop->key)
                             : Value::Number(static_cast<double>(loop->index));
      case Data::kFirst:
        return Value::Bool(loop->index == 0);
      case Data::kLast:
        return Value::Bool(loop->last);
      case Data::kUnknown:
        break;
    }
    return Value();
  }

  const Program& program_;
  const Escaping escaping_;
  const VariableSource& source_;
  const RenderOptions& options_;
  std::string& out_;
  const size_t out_begin_;
  std::string failure_;
  Scope root_;
  Scratch scratch_;
  HelperCall::Environment environment_;
  size_t nodes_ = 0;
  size_t passes_ = 0;
  size_t partial_depth_ = 0;
  // By number of the variable; empty if nobody asked.
  std::vector<Seen> seen_;
};

}  // namespace

base::Status Render(const CompiledTemplate& compiled,
                    const VariableSource& source,
                    const RenderOptions& options,
                    std::string& out,
                    RenderReport* report) {
  const size_t begin = out.size();
  Renderer renderer(compiled, source, options, out, report != nullptr);
  const bool done = renderer.Run();
  if (report != nullptr) {
    renderer.Report(*report);
  }
  if (!done) {
    out.resize(begin);
    return base::InvalidArgument("Rendering failed: " + renderer.TakeFailure());
  }
  return {};
}

}  // namespace pinion::templates
