// Policies of keys and users between their texts, as they are kept, and JSON, as callers give and
// see them: documents as objects or as text, roles by their names. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/raw_json.h"

namespace pinion::api {

// kInvalidArgument names the place, "Policies[2]".
base::Result<std::vector<std::string>> PolicyTexts(const std::vector<model::RawJson>& given);
std::vector<model::RawJson> ShownPolicies(const std::vector<std::string>& texts);

}  // namespace pinion::api
