// Escaping of values by the part of a message they stand in (TPL-80). Used by the renderer.
// Stateless.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pinion::templates {

enum class Escaping : uint8_t {
  kNone,
  // None; line breaks in the finished part become blanks: Subject and headers.
  kSingleLine,
  kHtml,
  kXml,
  // As the inside of a JSON string; the finished part must be valid JSON (TPL-82).
  kJson,
};

// The escaping of a voice body: XML for SSML, else none.
Escaping EscapingOfVoiceBody(std::string_view body);

void AppendEscaped(std::string& out, std::string_view text, Escaping escaping);

// Each run of CR and LF from `begin` on becomes one blank.
void JoinLines(std::string& text, size_t begin);

}  // namespace pinion::templates
