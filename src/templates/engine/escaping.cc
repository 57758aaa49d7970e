#include "templates/engine/escaping.h"

#include <array>

namespace pinion::templates {
namespace {

// What replaces each byte, and a small table of which bytes are replaced at all: most are not.
struct Table {
  std::array<std::string_view, 256> replacements{};
  std::array<bool, 256> is_replaced{};

  constexpr void Replace(size_t slot, std::string_view with) {
    replacements[slot] = with;
    is_replaced[slot] = true;
  }
};

constexpr size_t Slot(char c) {
  return static_cast<unsigned char>(c);
}

constexpr Table kHtmlTable = [] {
  Table table{};
  table.Replace(Slot('&'), "&amp;");
  table.Replace(Slot('<'), "&lt;");
  table.Replace(Slot('>'), "&gt;");
  table.Replace(Slot('"'), "&quot;");
  table.Replace(Slot('\''), "&#x27;");
  table.Replace(Slot('`'), "&#x60;");
  table.Replace(Slot('='), "&#x3D;");
  return table;
}();

constexpr Table kXmlTable = [] {
  Table table{};
  table.Replace(Slot('&'), "&amp;");
  table.Replace(Slot('<'), "&lt;");
  table.Replace(Slot('>'), "&gt;");
  table.Replace(Slot('"'), "&quot;");
  table.Replace(Slot('\''), "&apos;");
  return table;
}();

constexpr std::string_view kControls =
    "\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\u0008\\u0009\\u000a\\u000b\\u000c"
    "\\u000d\\u000e\\u000f\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019"
    "\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f";

constexpr Table kJsonTable = [] {
  Table table{};
  constexpr size_t kEscapeLength = 6;
  for (size_t i = 0; i < kControls.size() / kEscapeLength; ++i) {
    table.Replace(i, kControls.substr(i * kEscapeLength, kEscapeLength));
  }
  table.Replace(Slot('\n'), "\\n");
  table.Replace(Slot('\r'), "\\r");
  table.Replace(Slot('\t'), "\\t");
  table.Replace(Slot('"'), "\\\"");
  table.Replace(Slot('\\'), "\\\\");
  return table;
}();

void AppendReplaced(std::string& out, std::string_view text, const Table& table) {
  size_t clean_from = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t slot = Slot(text[i]);
    if (table.is_replaced[slot]) {
      out.append(text.data() + clean_from, i - clean_from);
      out.append(table.replacements[slot]);
      clean_from = i + 1;
    }
  }
  out.append(text.data() + clean_from, text.size() - clean_from);
}

}  // namespace

Escaping EscapingOfVoiceBody(std::string_view body) {
  constexpr std::string_view kSsml = "<speak";
  return body.substr(0, kSsml.size()) == kSsml ? Escaping::kXml : Escaping::kNone;
}

void AppendEscaped(std::string& out, std::string_view text, Escaping escaping) {
  switch (escaping) {
    case Escaping::kNone:
    case Escaping::kSingleLine:
      out.append(text);
      return;
    case Escaping::kHtml:
      AppendReplaced(out, text, kHtmlTable);
      return;
    case Escaping::kXml:
      AppendReplaced(out, text, kXmlTable);
      return;
    case Escaping::kJson:
      AppendReplaced(out, text, kJsonTable);
      return;
  }
}

void JoinLines(std::string& text, size_t begin) {
  size_t end = text.find_first_of("\r\n", begin);
  if (end == std::string::npos) {
    return;
  }
  bool in_break = false;
  for (size_t i = end; i < text.size(); ++i) {
    const bool breaks = text[i] == '\r' || text[i] == '\n';
    if (!breaks || !in_break) {
      text[end++] = breaks ? ' ' : text[i];
    }
    in_break = breaks;
  }
  text.resize(end);
}

}  // namespace pinion::templates
