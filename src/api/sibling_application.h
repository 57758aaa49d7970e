// The application that keeps message log and settings of what is sent through sibling services:
// the one that siblings.application_id names, or a hidden one. Thread-safe.
#pragma once

#include "api/services.h"
#include "base/ids.h"
#include "base/result.h"

namespace pinion::api {

// Where the configuration names none.
inline constexpr std::string_view kHiddenApplication = "default";

// Keeps it from being deleted meanwhile. The hidden one is there, or made anew; kNotFound when the
// one that the configuration names does not exist.
base::Result<apps::ApplicationService::Use> UseSiblingApplication(Services& services);

}  // namespace pinion::api
