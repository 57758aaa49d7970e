#include "templates/engine/compiled_template.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/utf8.h"
#include "templates/engine/compiler.h"

namespace pinion::templates {

std::string TemplateError::Message() const {
  return "Invalid message template: " + part + ", line " + std::to_string(line) + ", column " +
         std::to_string(column) + ": " + reason;
}

base::Result<CompiledTemplate> CompiledTemplate::Compile(std::string_view source,
                                                         const CompileOptions& options,
                                                         TemplateError* error) {
  CompileOutcome outcome = CompileProgram(source);
  if (outcome.program != nullptr) {
    return CompiledTemplate(std::move(outcome.program), options.escaping);
  }
  const std::string_view before = source.substr(0, outcome.error.offset);
  const size_t line_begin = before.rfind('\n') + 1;
  TemplateError particulars;
  particulars.part = options.part;
  particulars.line = static_cast<size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  particulars.column = base::CountCodePoints(before.substr(line_begin)) + 1;
  particulars.reason = std::move(outcome.error.reason);
  base::Error answer = base::InvalidArgument(particulars.Message());
  if (error != nullptr) {
    *error = std::move(particulars);
  }
  return answer;
}

std::vector<std::string> CompiledTemplate::Variables() const {
  std::vector<std::string> paths;
  for (size_t i = 0; i < program_->variables.size(); ++i) {
    if (program_->global_uses[i] > 0) {
      paths.emplace_back(program_->variables[i].written);
    }
  }
  return paths;
}

std::vector<std::string> CompiledTemplate::Helpers() const {
  std::set<std::string> names;
  for (const CallExpression& call : program_->calls) {
    names.emplace(call.helper->name);
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> CompiledTemplate::Partials() const {
  std::vector<std::string> names;
  for (const Partial& partial : program_->partials) {
    if (std::find(names.begin(), names.end(), partial.name) == names.end()) {
      names.emplace_back(partial.name);
    }
  }
  return names;
}

}  // namespace pinion::templates
