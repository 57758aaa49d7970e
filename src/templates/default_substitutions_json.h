// Reads the DefaultSubstitutions member of a template (TPL-9).
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "templates/engine/default_substitutions.h"

namespace pinion::templates {

// kInvalidArgument for anything but a JSON object.
base::Result<std::shared_ptr<const DefaultSubstitutions>> ParseDefaultSubstitutions(
    std::string_view json);

}  // namespace pinion::templates
