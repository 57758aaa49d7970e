// Program: a template after compiling, as three flat arrays that refer to each other by index. Made
// by Compiler, run by Renderer. Immutable once made, so it may be shared between threads.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "templates/engine/helper.h"
#include "templates/engine/variable_source.h"

namespace pinion::templates {

constexpr uint32_t kNoIndex = std::numeric_limits<uint32_t>::max();

struct Expression {
  enum class Kind : uint8_t {
    kLiteral,  // `value`
    kPath,     // paths[index]
    kCall,     // calls[index]
    kChoice,   // choices[index]
  };
  Kind kind = Kind::kLiteral;
  uint32_t index = 0;
  Value value;
};

// A path and where it begins.
struct PathExpression {
  enum class Base : uint8_t {
    kName,     // block-local, then the variable source
    kContext,  // `this`, `./x`: block-local only
    kLocal,    // a block parameter
    kData,     // `@index` and its like
    kRoot,     // `@root.x`
  };
  enum class Data : uint8_t { kIndex, kKey, kFirst, kLast, kUnknown };

  Base base = Base::kName;
  Data data = Data::kUnknown;
  // How many contexts up: the number of `../`.
  uint8_t up = 0;
  // kData: how many loops up from there, as in `@../index`.
  uint8_t loops_up = 0;
  // kLocal: how many parameter lists up, and which of the list.
  uint8_t local_frame = 0;
  uint8_t local_slot = 0;
  // variables[variable] has the segments; kNoIndex: none.
  uint32_t variable = kNoIndex;
};

struct HashExpression {
  std::string_view name;
  uint32_t expression = 0;
};

struct CallExpression {
  const HelperSpec* helper = nullptr;
  // arguments[first_argument…], hashes[first_hash…].
  uint32_t first_argument = 0;
  uint32_t argument_count = 0;
  uint32_t first_hash = 0;
  uint32_t hash_count = 0;
  // A path that hides the helper if it finds a value (TPL-60), or kNoIndex.
  uint32_t variable_first = kNoIndex;
};

// `{{eq a b yes=… no=…}}` as it prints.
struct ChoiceExpression {
  uint32_t condition = 0;
  uint32_t yes = 0;
  uint32_t no = 0;
};

struct Node {
  enum class Op : uint8_t {
    kText,            // source[a, a + b)
    kPrint,           // expression a, escaped
    kPrintUnescaped,  // expression a
    kIf,              // expression a: true goes on, false jumps to b
    kUnless,          // the other way round
    kUnlessWalked,    // `{{^path}}`: like kUnless, but what `{{#path}}` walks or enters is true
    kJump,            // to b
    kEach,            // list a: [next, c) for each element, then to b; empty jumps to c
    kWith,            // context a: [next, c) within it, then to b; false jumps to c
    kSection,         // `{{#path}}`: like kEach for a list, like kWith else
    kPartial,         // call partial_calls[a]; then to b
  };
  Op op = Op::kText;
  // Of kEach and kWith: how many block parameters.
  uint8_t parameters = 0;
  uint32_t a = 0;
  uint32_t b = 0;
  uint32_t c = 0;
};

struct Range {
  uint32_t begin = 0;
  uint32_t end = 0;
};

struct PartialCall {
  // Which partial; kNoIndex: see `name`, or `@partial-block`.
  uint32_t partial = kNoIndex;
  // A computed name.
  uint32_t name = kNoIndex;
  bool is_partial_block = false;
  // The body of the block form.
  bool has_block = false;
  Range block;
  uint32_t context = kNoIndex;
  uint32_t first_hash = 0;
  uint32_t hash_count = 0;
  // Put before each line.
  std::string_view indent;
};

struct Partial {
  std::string_view name;
  Range body;
};

struct Program {
  std::string source;
  // Bodies of inline partials lie inside and are jumped over.
  std::vector<Node> nodes;
  std::vector<Expression> expressions;
  std::vector<PathExpression> paths;
  std::vector<CallExpression> calls;
  std::vector<ChoiceExpression> choices;
  std::vector<uint32_t> arguments;
  std::vector<HashExpression> hashes;
  std::vector<PartialCall> partial_calls;
  std::vector<Partial> partials;
  // Distinct by `written`, in order of appearance, and where each of them is.
  std::vector<VariablePath> variables;
  std::unordered_map<std::string_view, uint32_t> variable_numbers;
  // For each of `variables`: how often it stands outside of each, with and sections, where it
  // cannot be block-local.
  std::vector<uint32_t> global_uses;
  // Texts that are no part of `source`, and the segments of `variables`. Deques: addresses stay.
  std::deque<std::string> strings;
  std::deque<std::vector<std::string_view>> segments;
};

}  // namespace pinion::templates
