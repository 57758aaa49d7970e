// Helpers: the functions a template can call. A helper is one row of the table in helper_table.cc
// and one function of values; it neither blocks nor touches anything but what its call hands it
// (TPL-94). Thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "templates/engine/value.h"
#include "templates/engine/variable_source.h"

namespace pinion::templates {

// Limits of one rendered part (TPL-98).
struct RenderLimits {
  size_t nodes_max = 1'000'000;
  size_t loop_items_max = 1'000;
  size_t loop_passes_max = 10'000;
  size_t partial_depth_max = 16;
  size_t output_bytes_max = 64 * 1024;

  static RenderLimits ForEmail() {
    RenderLimits limits;
    limits.output_bytes_max = 10 * 1024 * 1024;
    return limits;
  }
};

constexpr size_t kPadSizeMax = 10'000;

// One call of a helper.
class HelperCall {
 public:
  struct Environment {
    Scratch& scratch;
    const VariableSource& source;
    base::Timestamp now;
    base::RandomSource* random;
    // Why the rendering fails; empty: it does not.
    std::string& failure;
  };

  HelperCall(std::span<const Value> arguments,
             std::span<const NamedValue> hash,
             Environment& environment)
      : arguments_(arguments), hash_(hash), environment_(environment) {}

  size_t size() const { return arguments_.size(); }
  // Missing beyond the last.
  Value Argument(size_t index) const {
    return index < arguments_.size() ? arguments_[index] : Value();
  }
  std::string_view Text(size_t index) const { return TextOf(Argument(index), scratch()); }
  Value Hash(std::string_view name) const { return FindNamed(hash_, name); }
  std::string_view HashText(std::string_view name, std::string_view otherwise) const;
  // The argument as a whole number within int64; nothing if it is none.
  std::optional<int64_t> Integer(Value value) const;

  Scratch& scratch() const { return environment_.scratch; }
  const VariableSource& source() const { return environment_.source; }
  base::Timestamp now() const { return environment_.now; }
  base::RandomSource* random() const { return environment_.random; }

  // A computed text as a value.
  Value Made(std::string_view text) const { return Value::String(scratch().Copy(text)); }
  // Ends the rendering as a failure.
  Value Fail(std::string reason) const;

 private:
  std::span<const Value> arguments_;
  std::span<const NamedValue> hash_;
  Environment& environment_;
};

using HelperFunction = Value (*)(const HelperCall& call);

// What is known of the arguments when a template is compiled: literals, and missing for everything
// else.
struct LiteralArguments {
  std::span<const Value> arguments;
  std::span<const NamedValue> hash;
};
// What is wrong with literal arguments; empty: nothing.
using HelperCheck = std::string (*)(const LiteralArguments& literals);

struct HelperSpec {
  enum class Kind : uint8_t {
    kValue,
    // Yields a boolean; prints its `yes` or `no`; its block form is an `if`.
    kCondition,
    // Only as a block: each, with.
    kBlock,
  };
  std::string_view name;
  Kind kind;
  uint8_t arguments_min;
  uint8_t arguments_max;
  HelperFunction function;
  HelperCheck check = nullptr;
  // Arguments from this number on may be bare words (TPL-65).
  uint8_t bare_words_from = 255;
  // How many of the first arguments are only tested, so that they may be missing (TPL-79).
  uint8_t tested_arguments = 0;
};

constexpr uint8_t kManyArguments = 255;

// Nothing for a name that is no helper.
const HelperSpec* FindHelper(std::string_view name);

}  // namespace pinion::templates
