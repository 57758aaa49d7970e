// What an in-app campaign shows: its InAppMessage over its InAppTemplate (INA-101, CMP-703),
// delivered as it is stored (INA-108). Stateless.
#pragma once

#include <optional>

#include "base/result.h"
#include "campaigns/template_pins.h"
#include "model/campaigns.h"
#include "model/in_app.h"

namespace pinion::campaigns {

// A template without version counts in the one that is active now (CMP-705). kInvalidArgument
// naming the member for what INA-107 refuses, and for a template that does not exist.
base::Result<model::InAppMessage> InAppContent(
    const std::optional<model::MessageConfiguration>& messages,
    const std::optional<model::TemplateConfiguration>& templates,
    const Templates& service);

}  // namespace pinion::campaigns
