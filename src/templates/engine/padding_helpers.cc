// center, ljust, rjust, wordWrap: texts of a given width.
#include <algorithm>
#include <optional>

#include "templates/engine/helper_functions.h"
#include "templates/engine/unicode_text.h"

namespace pinion::templates {
namespace {

enum class Side { kLeft, kRight, kBoth };

// `count` characters, repeating `pad`.
void AppendPadding(TextBuilder& out, std::string_view pad, size_t count) {
  std::string_view rest;
  for (size_t i = 0; i < count; ++i) {
    if (rest.empty()) {
      rest = pad;
    }
    out.Append(TakeCharacter(rest));
  }
}

Value Pad(const HelperCall& call, Side side) {
  const std::string_view text = call.Text(0);
  if (call.Argument(0).Single().absent()) {
    return Value::String("");
  }
  const Value given = call.size() > 1 ? call.Argument(1) : call.Hash("size");
  const std::optional<int64_t> size = call.Integer(given);
  if (!size) {
    return Value::String(text);
  }
  if (*size > static_cast<int64_t>(kPadSizeMax)) {
    return call.Fail("a pad size above " + std::to_string(kPadSizeMax));
  }
  const auto length = static_cast<int64_t>(CountCharacters(text));
  if (length >= *size) {
    return Value::String(text);
  }
  const auto missing = static_cast<size_t>(*size - length);
  const size_t left = side == Side::kLeft ? missing : side == Side::kBoth ? missing / 2 : 0;
  std::string_view pad = call.HashText("pad", " ");
  pad = pad.empty() ? " " : pad;
  TextBuilder padded(call.scratch());
  AppendPadding(padded, pad, left);
  padded.Append(text);
  AppendPadding(padded, pad, missing - left);
  return Value::String(padded.Take());
}

}  // namespace

Value HelperCenter(const HelperCall& call) {
  return Pad(call, Side::kBoth);
}
Value HelperLeftJustify(const HelperCall& call) {
  return Pad(call, Side::kRight);
}
Value HelperRightJustify(const HelperCall& call) {
  return Pad(call, Side::kLeft);
}

// Breaks at blanks, so that no line but one of a single long word has more than the given number of
// characters.
Value HelperWordWrap(const HelperCall& call) {
  const std::string_view text = call.Text(0);
  const std::optional<int64_t> width = call.Integer(call.Argument(1));
  if (!width || *width <= 0) {
    return Value::String(text);
  }
  TextBuilder wrapped(call.scratch());
  size_t line_length = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    const size_t word_end = std::min(rest.find_first_of(" \n"), rest.size());
    const std::string_view word = rest.substr(0, word_end);
    const size_t length = CountCharacters(word);
    if (line_length > 0 && line_length + 1 + length > static_cast<size_t>(*width)) {
      wrapped.Append('\n');
      line_length = 0;
    } else if (line_length > 0) {
      wrapped.Append(' ');
      ++line_length;
    }
    wrapped.Append(word);
    line_length += length;
    if (word_end < rest.size() && rest[word_end] == '\n') {
      wrapped.Append('\n');
      line_length = 0;
    }
    rest.remove_prefix(std::min(word_end + 1, rest.size()));
  }
  return Value::String(wrapped.Take());
}

}  // namespace pinion::templates
