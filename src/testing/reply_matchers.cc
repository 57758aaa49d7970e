#include "testing/reply_matchers.h"

#include <ostream>

#include <simdjson.h>

namespace pinion::testing {

std::optional<std::string> Reply::At(std::string_view pointer) const {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (parser.parse(body).get(document) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  simdjson::dom::element element;
  if (document.at_pointer(pointer).get(element) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  std::string_view text;
  if (element.get(text) == simdjson::SUCCESS) {
    return std::string(text);
  }
  return simdjson::minify(element);
}

std::string Reply::Header(std::string_view name) const {
  return std::string(headers.Find(name).value_or(""));
}

void PrintTo(const Reply& reply, std::ostream* out) {
  *out << reply.status << ' ' << reply.headers.wire_text() << '\n' << reply.body;
}

}  // namespace pinion::testing
