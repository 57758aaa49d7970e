// Compiled template versions, for those who send. TemplateService implements it; tests of senders
// may have their own. Thread-safe; what it hands out is immutable and shared.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "templates/engine/compiled_template.h"
#include "templates/engine/default_substitutions.h"

namespace pinion::templates {

struct CompiledEmailTemplate {
  struct Header {
    std::string name;
    CompiledTemplate value;
  };
  std::string version;
  std::optional<CompiledTemplate> subject;
  std::optional<CompiledTemplate> html;
  std::optional<CompiledTemplate> text;
  std::vector<Header> headers;
  std::shared_ptr<const DefaultSubstitutions> defaults;  // null if there are none
};

struct CompiledSmsTemplate {
  std::string version;
  std::optional<CompiledTemplate> body;
  std::shared_ptr<const DefaultSubstitutions> defaults;
};

class TemplateSource {
 public:
  virtual ~TemplateSource() = default;
  // `version` is a number, `latest`, or empty for the active version. kNotFound for an unknown
  // template or version.
  virtual base::Result<std::shared_ptr<const CompiledEmailTemplate>> ResolveEmail(
      std::string_view name, std::string_view version) const = 0;
  virtual base::Result<std::shared_ptr<const CompiledSmsTemplate>> ResolveSms(
      std::string_view name, std::string_view version) const = 0;
};

}  // namespace pinion::templates
