#include "delivery/mime/raw_message.h"

#include <algorithm>

#include "delivery/mime/header_text.h"

namespace pinion::delivery::mime {
namespace {

constexpr size_t kFieldsMax = 1000;

std::string WithCrlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32);
  while (!text.empty()) {
    const size_t end = text.find_first_of("\r\n");
    out.append(text.substr(0, end));
    if (end == std::string_view::npos) {
      break;
    }
    out.append("\r\n");
    text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  return out;
}

char LowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

base::Result<RawField> ParseField(std::string_view text) {
  const size_t colon = text.find(':');
  std::string_view name = text.substr(0, colon == std::string_view::npos ? 0 : colon);
  while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) {
    name.remove_suffix(1);
  }
  if (!IsHeaderName(name)) {
    return base::InvalidArgument("The raw message has a header line that is not a field.");
  }
  return RawField{std::string(name), std::string(text)};
}

}  // namespace

bool EqualNames(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return LowerAscii(x) == LowerAscii(y);
  });
}

base::Result<RawMessage> ParseRawMessage(std::string_view raw) {
  const std::string text = WithCrlf(raw);
  const size_t header_end = text.find("\r\n\r\n");
  if (header_end == std::string::npos || header_end == 0) {
    return base::InvalidArgument(
        "The raw message needs a header section and a blank line before its body.");
  }
  RawMessage message;
  message.body = text.substr(header_end + 4);
  std::string_view header(text.data(), header_end + 2);
  while (!header.empty()) {
    size_t end = header.find("\r\n") + 2;
    while (end < header.size() && (header[end] == ' ' || header[end] == '\t')) {
      end = header.find("\r\n", end) + 2;
    }
    PINION_TRY(RawField field, ParseField(header.substr(0, end)));
    message.fields.push_back(std::move(field));
    if (message.fields.size() > kFieldsMax) {
      return base::InvalidArgument("The raw message has more than 1000 header fields.");
    }
    header.remove_prefix(end);
  }
  return message;
}

std::string FieldValue(const RawMessage& message, std::string_view name) {
  for (const RawField& field : message.fields) {
    if (!EqualNames(field.name, name)) {
      continue;
    }
    std::string value = field.text.substr(field.text.find(':') + 1);
    std::erase_if(value, [](char c) { return c == '\r' || c == '\n'; });
    const size_t begin = value.find_first_not_of(" \t");
    const size_t end = value.find_last_not_of(" \t");
    return begin == std::string::npos ? std::string() : value.substr(begin, end - begin + 1);
  }
  return std::string();
}

}  // namespace pinion::delivery::mime
