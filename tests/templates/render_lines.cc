// Renders what it reads, for the comparison of the engine with handlebars.js: a line of JSON in,
// {"template", "context", "html"}, a line out, {"output"} or {"error"}. The context is the text of
// a JSON object; templates find its members as they find default substitutions.
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_text.h"
#include "base/result.h"
#include "model/json_reader.h"
#include "templates/default_substitutions_json.h"
#include "templates/engine/recipient_variables.h"
#include "templates/engine/renderer.h"

namespace {

using namespace pinion;

struct Case {
  std::string source;
  std::string context;
  bool html = false;
};

std::optional<Case> ReadCase(const std::string& line) {
  model::JsonReader reader;
  Case read;
  if (!reader.Open(line) || !reader.BeginObject()) {
    return std::nullopt;
  }
  std::string_view key;
  while (reader.NextMember(key)) {
    std::string_view value;
    if (key == "html") {
      if (!reader.ReadLiteral(value)) {
        return std::nullopt;
      }
      read.html = value == "true";
      continue;
    }
    std::string& text = key == "template" ? read.source : read.context;
    if (!reader.ReadString(value)) {
      return std::nullopt;
    }
    text = value;
  }
  return reader.AtEnd() ? std::optional(read) : std::nullopt;
}

base::Result<std::string> RenderCase(const Case& read) {
  PINION_TRY(
      const auto compiled,
      templates::CompiledTemplate::Compile(
          read.source,
          {.part = "Body",
           .escaping = read.html ? templates::Escaping::kHtml : templates::Escaping::kNone}));
  PINION_TRY(const auto context, templates::ParseDefaultSubstitutions(read.context));
  templates::RecipientView view;
  view.defaults = context.get();
  const templates::RecipientVariables variables(view);
  std::string out;
  PINION_CHECK(templates::Render(
      compiled, variables, {.now = {}, .limits = templates::RenderLimits::ForEmail()}, out));
  return out;
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  std::string line;
  while (std::getline(std::cin, line)) {
    const std::optional<Case> read = ReadCase(line);
    if (!read) {
      std::cerr << "not a case: " << line << '\n';
      return 1;
    }
    const auto rendered = RenderCase(*read);
    std::string answer = rendered.ok() ? R"({"output":)" : R"({"error":)";
    base::AppendJsonString(answer, rendered.ok() ? *rendered : rendered.error().message);
    std::cout << answer << "}\n";
  }
  return 0;
}
