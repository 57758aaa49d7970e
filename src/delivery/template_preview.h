// The preview of templates: renders stored or given content for one recipient with the engine that
// sends, and sends nothing (TPL-100 to TPL-102). Thread-safe.
#pragma once

#include <optional>
#include <string>

#include "audience/audience_service.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "model/templates.h"
#include "templates/engine/compiled_template.h"
#include "templates/template_service.h"

namespace pinion::delivery {

// One of the three.
struct PreviewOutcome {
  std::optional<model::RenderedTemplate> rendered;
  std::optional<templates::TemplateError> malformed;
  std::string failure;  // `Rendering failed: …`
};

class TemplatePreview {
 public:
  struct Dependencies {
    const templates::TemplateService& templates;
    const audience::AudienceService& audience;
    const base::Clock& clock;
    base::RandomSource& random;
  };
  explicit TemplatePreview(Dependencies dependencies) : deps_(dependencies) {}

  // Variables without a value print nothing here, whatever the settings say: the answer names them.
  // kInvalidArgument for a request that breaks a rule, kNotFound for a template, version or
  // endpoint that does not exist.
  base::Result<PreviewOutcome> Render(const model::TemplatePreviewRequest& request) const;

 private:
  Dependencies deps_;
};

}  // namespace pinion::delivery
