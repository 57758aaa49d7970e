// Whether a text is one valid JSON value (RFC 8259): what a rendered RawContent must be (TPL-82).
#pragma once

#include <string_view>

namespace pinion::templates {

// Nesting beyond this is not accepted.
constexpr int kJsonCheckDepthMax = 128;

bool IsValidJson(std::string_view text);

}  // namespace pinion::templates
