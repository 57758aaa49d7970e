#include "base/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "base/assert.h"

namespace pinion::base {

namespace {

bool NeedsEscape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

// Whether one of eight characters must be escaped.
bool AnyNeedsEscape(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighs = 0x8080808080808080;
  const auto below = [](uint64_t bytes, uint64_t limit) {
    return (bytes - kOnes * limit) & ~bytes & kHighs;
  };
  return (below(word, 0x20) | below(word ^ (kOnes * '"'), 1) | below(word ^ (kOnes * '\\'), 1)) !=
         0;
}

uint64_t WordAt(std::string_view text, size_t at) {
  uint64_t word = 0;
  std::memcpy(&word, text.data() + at, sizeof(word));
  return word;
}

// The first character from `from` on that must be escaped, or the end.
size_t FindEscape(std::string_view text, size_t from) {
  while (from + sizeof(uint64_t) <= text.size() && !AnyNeedsEscape(WordAt(text, from))) {
    from += sizeof(uint64_t);
  }
  // Of a longer text, the last word tells about the rest at once; it may overlap the one before.
  if (from < text.size() && text.size() - from < sizeof(uint64_t) &&
      text.size() >= sizeof(uint64_t) &&
      !AnyNeedsEscape(WordAt(text, text.size() - sizeof(uint64_t)))) {
    return text.size();
  }
  while (from < text.size() && !NeedsEscape(text[from])) {
    ++from;
  }
  return from;
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  if (FindEscape(text, 0) == text.size()) {
    const size_t at = out.size();
    out.resize(at + text.size() + 2);
    char* const quoted = out.data() + at;
    *quoted = '"';
    std::copy_n(text.data(), text.size(), quoted + 1);
    quoted[text.size() + 1] = '"';
    return;
  }
  out.push_back('"');
  size_t clean_from = 0;
  for (size_t i = FindEscape(text, 0); i < text.size(); i = FindEscape(text, i + 1)) {
    const auto c = static_cast<unsigned char>(text[i]);
    out.append(text.substr(clean_from, i - clean_from));
    clean_from = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out.push_back(kHex[c >> 4]);
        out.push_back(kHex[c & 15]);
    }
  }
  out.append(text.substr(clean_from));
  out.push_back('"');
}

void AppendJsonDouble(std::string& out, double value) {
  PINION_ASSERT(std::isfinite(value));
  std::array<char, 32> digits;
  const bool integral = std::abs(value) < 1e15 && value == std::trunc(value);
  const auto end =
      integral
          ? std::to_chars(digits.data(), digits.data() + digits.size(), static_cast<int64_t>(value))
          : std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(digits.data(), end.ptr);
}

std::string JsonDouble(double value) {
  std::string text;
  AppendJsonDouble(text, value);
  return text;
}

JsonWriter& JsonWriter::Open(char bracket) {
  Separate();
  text_.push_back(bracket);
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::Close(char bracket) {
  text_.push_back(bracket);
  needs_comma_ = true;
  return *this;
}

void JsonWriter::Separate() {
  if (needs_comma_) {
    text_.push_back(',');
  }
  needs_comma_ = true;
}

JsonWriter& JsonWriter::Key(std::string_view name) {
  Separate();
  AppendJsonString(text_, name);
  text_.push_back(':');
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::String(std::string_view value) {
  Separate();
  AppendJsonString(text_, value);
  return *this;
}

JsonWriter& JsonWriter::Int(int64_t value) {
  Separate();
  text_ += std::to_string(value);
  return *this;
}

JsonWriter& JsonWriter::Double(double value) {
  Separate();
  AppendJsonDouble(text_, value);
  return *this;
}

JsonWriter& JsonWriter::Bool(bool value) {
  Separate();
  text_ += value ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::Raw(std::string_view json) {
  Separate();
  text_.append(json);
  return *this;
}

}  // namespace pinion::base
