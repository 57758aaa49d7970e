// Templates as campaigns refer to them. A run reads each template in one version from its first
// message to its last (CMP-705), whatever happens in between. Pure but for the lookups.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "model/campaigns.h"
#include "templates/template_service.h"

namespace pinion::campaigns {

using Templates = templates::TemplateService;

// kInvalidArgument naming the member for a template or version of any type that does not exist.
base::Status CheckTemplates(const std::optional<model::TemplateConfiguration>& configuration,
                            const Templates& templates);

// The configuration with the version of each email and SMS template that is active now; nothing if
// there are no templates. kInvalidArgument for one that does not exist any more.
base::Result<std::optional<model::TemplateConfiguration>> PinTemplates(
    const std::optional<model::TemplateConfiguration>& configuration, const Templates& templates);

}  // namespace pinion::campaigns
