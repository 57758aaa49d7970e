#include "templates/content_facts.h"

#include <set>
#include <string>

#include "templates/engine/scratch.h"

namespace pinion::templates {
namespace {

using Parts = std::vector<const CompiledTemplate*>;

void Add(const std::optional<CompiledTemplate>& part, Parts& parts) {
  if (part) {
    parts.push_back(&*part);
  }
}

void Add(const std::optional<CompiledPushSection>& section, Parts& parts) {
  if (!section) {
    return;
  }
  for (const auto* part : {&section->title,
                           &section->body,
                           &section->url,
                           &section->sound,
                           &section->raw_content,
                           &section->media_url,
                           &section->image_url,
                           &section->image_icon_url,
                           &section->small_image_icon_url}) {
    Add(*part, parts);
  }
}

}  // namespace

Parts PartsOf(const CompiledEmailTemplate& content) {
  Parts parts;
  Add(content.subject, parts);
  Add(content.html_part, parts);
  Add(content.text_part, parts);
  for (const CompiledHeader& header : content.headers) {
    parts.push_back(&header.value);
  }
  return parts;
}

Parts PartsOf(const CompiledSmsTemplate& content) {
  Parts parts;
  Add(content.body, parts);
  return parts;
}

Parts PartsOf(const CompiledVoiceTemplate& content) {
  Parts parts;
  Add(content.body, parts);
  return parts;
}

Parts PartsOf(const CompiledPushTemplate& content) {
  Parts parts;
  for (const auto* section :
       {&content.fallback, &content.apns, &content.adm, &content.baidu, &content.gcm}) {
    Add(*section, parts);
  }
  return parts;
}

Parts PartsOf(const CompiledInAppTemplate&) {
  return {};
}

model::TemplateVariables VariablesOf(const Parts& parts, const DefaultSubstitutions& defaults) {
  model::TemplateVariables facts;
  std::set<std::string> seen;
  std::set<std::string> helpers;
  std::set<std::string> partials;
  for (const CompiledTemplate* part : parts) {
    const Program& program = part->program();
    for (size_t i = 0; i < program.variables.size(); ++i) {
      const std::string path(program.variables[i].written);
      if (program.global_uses[i] == 0 || !seen.insert(path).second) {
        continue;
      }
      Scratch scratch(RenderLimits().output_bytes_max);
      const bool has_default = !defaults.Find(program.variables[i], scratch).absent();
      facts.variables.push_back({.path = path, .has_default = has_default});
    }
    for (std::string& name : part->Helpers()) {
      helpers.insert(std::move(name));
    }
    for (std::string& name : part->Partials()) {
      partials.insert(std::move(name));
    }
  }
  facts.helpers.assign(helpers.begin(), helpers.end());
  facts.partials.assign(partials.begin(), partials.end());
  return facts;
}

}  // namespace pinion::templates
