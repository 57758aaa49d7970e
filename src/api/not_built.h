// The operations of the model that have no handler yet: they answer 501. The list only shrinks; a
// test compares it and the operation table with the model.
#pragma once

#include <span>
#include <string_view>

namespace pinion::api {

std::span<const std::string_view> OperationsNotBuilt();

}  // namespace pinion::api
