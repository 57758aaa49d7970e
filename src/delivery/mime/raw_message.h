// The header section of a message that a caller wrote himself (CHN-72): read into fields, written
// back byte for byte. Line ends are made CRLF on the way in, since a lone CR or LF could end a
// message early at the next relay. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pinion::delivery::mime {

struct RawField {
  std::string name;  // as written
  std::string text;  // the whole field with its line ends
};

struct RawMessage {
  std::vector<RawField> fields;
  std::string body;
};

// kInvalidArgument: no blank line after the header section, or a line in it that is no field.
base::Result<RawMessage> ParseRawMessage(std::string_view raw);

// The value of the first field of that name, any case, unfolded and trimmed; empty if there is
// none.
std::string FieldValue(const RawMessage& message, std::string_view name);

bool EqualNames(std::string_view a, std::string_view b);

}  // namespace pinion::delivery::mime
