#include "api/path_template.h"

namespace pinion::api {

std::string FillPathTemplate(std::string_view path, std::span<const std::string> values) {
  std::string text;
  size_t next = 0;
  while (!path.empty()) {
    const size_t open = path.find('{');
    text += path.substr(0, open);
    if (open == std::string_view::npos) {
      break;
    }
    text += next < values.size() ? values[next] : "";
    ++next;
    path.remove_prefix(path.find('}', open) + 1);
  }
  return text;
}

}  // namespace pinion::api
