#include "templates/engine/variable_source.h"

namespace pinion::templates {

std::string_view VariablePath::KeyFrom(size_t first) const {
  size_t offset = 0;
  for (size_t i = 0; i < first; ++i) {
    offset += segments[i].size() + 1;
  }
  return offset < key.size() ? key.substr(offset) : std::string_view();
}

}  // namespace pinion::templates
