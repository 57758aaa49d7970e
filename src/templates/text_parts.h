// The content of a stored template as one text for each of its parts (TPL-104): `HtmlPart`,
// `Headers[0].Value`, `APNS.Title`, `DefaultSubstitutions`. Used to compare versions. Stateless.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace pinion::templates {

// The scalars of `json`, an object, by their paths, in ascending order. kInternal for anything
// else.
base::Result<std::vector<std::pair<std::string, std::string>>> TextParts(std::string_view json);

}  // namespace pinion::templates
