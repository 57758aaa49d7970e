// What the content of a template uses: variables, helpers, inline partials (TPL-103). Stateless.
#pragma once

#include <vector>

#include "model/templates.h"
#include "templates/compiled_content.h"

namespace pinion::templates {

// The parts in the order in which they are sent.
std::vector<const CompiledTemplate*> PartsOf(const CompiledEmailTemplate& content);
std::vector<const CompiledTemplate*> PartsOf(const CompiledSmsTemplate& content);
std::vector<const CompiledTemplate*> PartsOf(const CompiledVoiceTemplate& content);
std::vector<const CompiledTemplate*> PartsOf(const CompiledPushTemplate& content);
std::vector<const CompiledTemplate*> PartsOf(const CompiledInAppTemplate& content);

// Distinct variables in order of appearance, helpers and partials in order of their names.
model::TemplateVariables VariablesOf(const std::vector<const CompiledTemplate*>& parts,
                                     const DefaultSubstitutions& defaults);

}  // namespace pinion::templates
