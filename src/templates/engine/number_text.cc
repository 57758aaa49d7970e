#include "templates/engine/number_text.h"

#include "templates/engine/decimal.h"

namespace pinion::templates {

std::optional<std::string_view> NumberOf(Value value, Scratch& scratch) {
  const Value single = value.Single();
  if (single.is_number()) {
    return TextOf(single, scratch);
  }
  if (single.kind() != Value::Kind::kString) {
    return std::nullopt;
  }
  const std::optional<std::string> canonical = CanonicalDecimal(single.text());
  if (!canonical) {
    return std::nullopt;
  }
  return scratch.Copy(*canonical);
}

}  // namespace pinion::templates
