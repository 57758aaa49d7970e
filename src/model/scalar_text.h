// Scalars of the model from text: JSON strings, numbers and literals, path and query parameters.
// Used by the decoder.
#pragma once

#include <string>
#include <string_view>

#include "model/type_descriptor.h"

namespace pinion::model {

// What the text was written as: it decides what it may become (API-46, API-47, API-56, API-80).
enum class TextForm { kString, kNumber, kLiteral, kParameter };

// Writes the scalar of `type` (anything but structure, list, map, RawJson) at `value`. If the text
// is not one, nothing is written and `expected` and `got` say so in words.
bool ParseScalar(const TypeDescriptor& type,
                 TextForm form,
                 std::string_view text,
                 void* value,
                 std::string& expected,
                 std::string& got);

// "one of ALL, ANY, NONE".
std::string OneOf(const TypeDescriptor& enumeration);

}  // namespace pinion::model
