// CompiledTemplate: one template part, parsed and checked once, to be rendered any number of times
// from any number of threads. Copies share what was compiled. Used by the template service, by
// senders and by the preview.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "templates/engine/escaping.h"
#include "templates/engine/program.h"

namespace pinion::templates {

// Why a template is malformed and where (TPL-90). Line and column count from 1, the column in code
// points.
struct TemplateError {
  std::string part;
  size_t line = 1;
  size_t column = 1;
  std::string reason;

  // `Invalid message template: {part}, line {l}, column {c}: {reason}`.
  std::string Message() const;
};

struct CompileOptions {
  // The name of the part in error messages: `HtmlPart`, `Headers[0].Value`.
  std::string_view part;
  Escaping escaping = Escaping::kNone;
};

class CompiledTemplate {
 public:
  // kInvalidArgument with TemplateError::Message for a malformed template; `error` then receives
  // the particulars.
  static base::Result<CompiledTemplate> Compile(std::string_view source,
                                                const CompileOptions& options,
                                                TemplateError* error = nullptr);

  const std::string& source() const { return program_->source; }
  Escaping escaping() const { return escaping_; }
  const Program& program() const { return *program_; }

  // Distinct paths that the variable source is asked for, as written, in order of appearance
  // (TPL-103). Names within each, with and sections are left out: they may be members of what the
  // block walks.
  std::vector<std::string> Variables() const;
  // Distinct names of helpers called, in ascending order; blocks like `if` are none.
  std::vector<std::string> Helpers() const;
  // Names of the inline partials defined.
  std::vector<std::string> Partials() const;

 private:
  CompiledTemplate(std::shared_ptr<const Program> program, Escaping escaping)
      : program_(std::move(program)), escaping_(escaping) {}

  // Shared by the copies; never changes.
  std::shared_ptr<const Program> program_;
  Escaping escaping_;
};

}  // namespace pinion::templates
