// Reading values as numbers. Used by the conditions and by the math helpers.
#pragma once

#include <optional>
#include <string_view>

#include "templates/engine/value.h"

namespace pinion::templates {

// The canonical decimal of a number or of a text that reads as one; nothing for anything else.
std::optional<std::string_view> NumberOf(Value value, Scratch& scratch);

}  // namespace pinion::templates
