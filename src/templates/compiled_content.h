// The content of templates, compiled: what senders render. One struct per type with one compiled
// part per field. Immutable and shareable between threads. Also for content that no template
// stores: inline messages and previews.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/templates.h"
#include "templates/engine/compiled_template.h"
#include "templates/engine/default_substitutions.h"

namespace pinion::templates {

// What all types have.
struct CompiledContent {
  // Never null; empty without DefaultSubstitutions.
  std::shared_ptr<const DefaultSubstitutions> defaults;
  std::optional<std::string> recommender_id;
  // Of the template; empty and 0 for other content.
  std::string template_name;
  int32_t template_version = 0;
};

struct CompiledHeader {
  std::string name;
  CompiledTemplate value;
};

struct CompiledEmailTemplate : CompiledContent {
  std::optional<CompiledTemplate> subject;
  std::optional<CompiledTemplate> html_part;
  std::optional<CompiledTemplate> text_part;
  std::vector<CompiledHeader> headers;
};

struct CompiledSmsTemplate : CompiledContent {
  std::optional<CompiledTemplate> body;
};

struct CompiledVoiceTemplate : CompiledContent {
  std::optional<CompiledTemplate> body;
  std::optional<std::string> language_code;
  std::optional<std::string> voice_id;
};

// One section of a push template; a part that a platform does not have is never set.
struct CompiledPushSection {
  std::optional<model::Action> action;
  std::optional<CompiledTemplate> title;
  std::optional<CompiledTemplate> body;
  std::optional<CompiledTemplate> url;
  std::optional<CompiledTemplate> sound;
  std::optional<CompiledTemplate> raw_content;
  std::optional<CompiledTemplate> media_url;
  std::optional<CompiledTemplate> image_url;
  std::optional<CompiledTemplate> image_icon_url;
  std::optional<CompiledTemplate> small_image_icon_url;
};

struct CompiledPushTemplate : CompiledContent {
  // `Default`.
  std::optional<CompiledPushSection> fallback;
  std::optional<CompiledPushSection> apns;
  std::optional<CompiledPushSection> adm;
  std::optional<CompiledPushSection> baidu;
  std::optional<CompiledPushSection> gcm;
};

// In-app content is not rendered (TPL-36).
struct CompiledInAppTemplate : CompiledContent {
  model::InAppTemplateRequest content;
};

// kInvalidArgument for the first malformed part (TPL-90), of which `error` receives the particulars
// if it is not null, and for DefaultSubstitutions that are no JSON object.
base::Result<CompiledEmailTemplate> CompileContent(const model::EmailTemplateRequest& request,
                                                   TemplateError* error = nullptr);
base::Result<CompiledSmsTemplate> CompileContent(const model::SMSTemplateRequest& request,
                                                 TemplateError* error = nullptr);
base::Result<CompiledVoiceTemplate> CompileContent(const model::VoiceTemplateRequest& request,
                                                   TemplateError* error = nullptr);
base::Result<CompiledPushTemplate> CompileContent(
    const model::PushNotificationTemplateRequest& request, TemplateError* error = nullptr);
base::Result<CompiledInAppTemplate> CompileContent(const model::InAppTemplateRequest& request,
                                                   TemplateError* error = nullptr);

}  // namespace pinion::templates
