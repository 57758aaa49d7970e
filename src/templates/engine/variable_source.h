// Where a rendering gets its variables from. The renderer resolves block-local names itself and
// asks a VariableSource for everything else; RecipientVariables is the one for endpoints.
#pragma once

#include <span>
#include <string_view>

#include "templates/engine/root_names.h"
#include "templates/engine/value.h"

namespace pinion::templates {

// A path as a template has it, split once when the template is compiled.
struct VariablePath {
  // As it stands in the template: `User.UserAttributes.[Last Name].[0]`.
  std::string_view written;
  // Its segments joined by dots: `User.UserAttributes.Last Name.0`.
  std::string_view key;
  std::span<const std::string_view> segments;
  // `written` and `key` without the trailing index; empty if there is none.
  std::string_view written_base;
  std::string_view key_base;
  RootMatch root;

  // The key of the segments from number `first` on.
  std::string_view KeyFrom(size_t first) const;
};

struct Variable {
  Value value;
  // It came from the template's default substitutions.
  bool defaulted = false;
  // There is none, and the message must not go out without it, whatever the settings say (TPL-131).
  bool required = false;
};

class VariableSource {
 public:
  virtual ~VariableSource() = default;
  // Missing where nothing is found. An empty list counts as missing.
  virtual Variable Find(const VariablePath& path, Scratch& scratch) const = 0;
};

}  // namespace pinion::templates
