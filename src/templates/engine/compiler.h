// Compiler: the text of one template part → Program, or the first thing that is wrong with it
// (TPL-90, TPL-91). Used by CompiledTemplate only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "templates/engine/program.h"
#include "templates/engine/tag_lexer.h"

namespace pinion::templates {

constexpr size_t kBlockDepthMax = 64;

struct CompileOutcome {
  // Null where `error` is set.
  std::shared_ptr<const Program> program;
  SyntaxError error;
};

CompileOutcome CompileProgram(std::string_view source);

}  // namespace pinion::templates
