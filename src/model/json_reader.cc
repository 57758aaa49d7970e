#include "model/json_reader.h"

#include <algorithm>
#include <optional>

#include <simdjson.h>

#include "model/number_text.h"

namespace pinion::model {

namespace {

// Texts longer than this are unusual; their index is not kept for the next one.
constexpr size_t kKeptCapacityMax = size_t{1} << 20;
constexpr size_t kInitialCapacity = size_t{16} << 10;

std::string_view Reason(simdjson::error_code code) {
  switch (code) {
    case simdjson::UTF8_ERROR:
      return "it has invalid UTF-8";
    case simdjson::UNCLOSED_STRING:
      return "a string has no end";
    case simdjson::UNESCAPED_CHARS:
      return "a string has an unescaped control character";
    case simdjson::EMPTY:
      return "it is blank";
    default:
      return "it cannot be read";
  }
}

std::optional<uint32_t> HexQuad(std::string_view text) {
  if (text.size() < 4) {
    return std::nullopt;
  }
  uint32_t value = 0;
  for (const char c : text.substr(0, 4)) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) {
      return std::nullopt;
    }
    value = value * 16 + static_cast<uint32_t>(digit);
  }
  return value;
}

void AppendUtf8(std::string& out, uint32_t code_point) {
  const auto push = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    push(code_point);
  } else if (code_point < 0x800) {
    push(0xC0 | (code_point >> 6));
    push(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    push(0xE0 | (code_point >> 12));
    push(0x80 | ((code_point >> 6) & 0x3F));
    push(0x80 | (code_point & 0x3F));
  } else {
    push(0xF0 | (code_point >> 18));
    push(0x80 | ((code_point >> 12) & 0x3F));
    push(0x80 | ((code_point >> 6) & 0x3F));
    push(0x80 | (code_point & 0x3F));
  }
}

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

std::string_view WithArticle(JsonType type) {
  switch (type) {
    case JsonType::kObject:
      return "an object";
    case JsonType::kArray:
      return "a list";
    case JsonType::kString:
      return "a string";
    case JsonType::kNumber:
      return "a number";
    case JsonType::kBoolean:
      return "a boolean";
    case JsonType::kNull:
      return "null";
  }
  return "";
}

// simdjson's first stage: the offsets of all brackets, colons, commas and of the starts of all
// scalars.
struct JsonReader::Tokenizer {
  simdjson::error_code Run(std::string_view text) {
    const simdjson::error_code error = Reserve(text.size());
    if (error) {
      return error;
    }
    return implementation->stage1(
        reinterpret_cast<const uint8_t*>(text.data()), text.size(), simdjson::stage1_mode::regular);
  }

  simdjson::error_code Reserve(size_t size) {
    const bool oversized = capacity > kKeptCapacityMax && size <= kKeptCapacityMax;
    if (implementation && size <= capacity && !oversized) {
      return simdjson::SUCCESS;
    }
    capacity = std::max(size, kInitialCapacity);
    implementation.reset();
    return simdjson::get_active_implementation()->create_dom_parser_implementation(
        capacity, /*max_depth=*/1, implementation);
  }

  std::unique_ptr<simdjson::internal::dom_parser_implementation> implementation;
  size_t capacity = 0;
};

JsonReader::JsonReader() : tokenizer_(std::make_unique<Tokenizer>()) {}
JsonReader::~JsonReader() = default;

void JsonReader::Clear() {
  text_ = {};
  error_.clear();
  cursor_ = count_ = depth_ = 0;
  fresh_ = false;
}

bool JsonReader::Open(std::string_view text) {
  Clear();
  if (text.starts_with("\xEF\xBB\xBF")) {
    text.remove_prefix(3);
  }
  text_ = text;
  const simdjson::error_code code = tokenizer_->Run(text);
  if (code) {
    error_ = "The body is not valid JSON: " + std::string(Reason(code)) + ".";
    return false;
  }
  tokens_ = tokenizer_->implementation->structural_indexes.get();
  count_ = tokenizer_->implementation->n_structural_indexes;
  return true;
}

bool JsonReader::Fail(std::string_view reason) {
  if (ok()) {
    error_ = "The body is not valid JSON: " + std::string(reason) + " at byte " +
             std::to_string(position() + 1) + ".";
    count_ = cursor_;
  }
  return false;
}

bool JsonReader::PeekType(JsonType& type) {
  switch (Peek()) {
    case '{':
      type = JsonType::kObject;
      return true;
    case '[':
      type = JsonType::kArray;
      return true;
    case '"':
      type = JsonType::kString;
      return true;
    case 't':
    case 'f':
      type = JsonType::kBoolean;
      return true;
    case 'n':
      type = JsonType::kNull;
      return true;
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      type = JsonType::kNumber;
      return true;
    default:
      return Fail("a value is expected");
  }
}

bool JsonReader::Begin(char bracket) {
  if (Peek() != bracket) {
    return Fail("a value is expected");
  }
  if (depth_ == kNestingMax) {
    return Fail("it is nested deeper than " + std::to_string(kNestingMax) + " levels");
  }
  is_object_[depth_++] = bracket == '{';
  fresh_ = true;
  ++cursor_;
  return true;
}

bool JsonReader::NextMember(std::string_view& key) {
  if (Peek() == '}') {
    ++cursor_;
    --depth_;
    fresh_ = false;
    return false;
  }
  if (!fresh_) {
    if (Peek() != ',') {
      return Fail("a comma or a closing brace is expected");
    }
    ++cursor_;
  }
  fresh_ = false;
  return NextKey(key);
}

bool JsonReader::NextKey(std::string_view& key) {
  if (Peek() != '"') {
    return Fail("a member name is expected");
  }
  if (!ReadString(key)) {
    return false;
  }
  if (Peek() != ':') {
    return Fail("a colon is expected");
  }
  ++cursor_;
  return true;
}

bool JsonReader::NextElement() {
  if (Peek() == ']') {
    ++cursor_;
    --depth_;
    fresh_ = false;
    return false;
  }
  if (!fresh_) {
    if (Peek() != ',') {
      return Fail("a comma or a closing bracket is expected");
    }
    ++cursor_;
  }
  fresh_ = false;
  return true;
}

std::string_view JsonReader::TokenText() const {
  const size_t begin = tokens_[cursor_];
  size_t end = cursor_ + 1 < count_ ? tokens_[cursor_ + 1] : text_.size();
  while (end > begin && IsBlank(text_[end - 1])) {
    --end;
  }
  return text_.substr(begin, end - begin);
}

bool JsonReader::ReadString(std::string_view& value) {
  // simdjson has matched the quotes, and a string starts and ends a token: what follows its end is
  // the next token.
  const std::string_view token = TokenText();
  if (token.size() < 2 || token.front() != '"' || token.back() != '"') {
    return Fail("a string is expected");
  }
  const std::string_view raw = token.substr(1, token.size() - 2);
  if (raw.find('\\') == std::string_view::npos) {
    value = raw;
  } else {
    if (!Unescape(raw)) {
      return false;
    }
    value = unescaped_;
  }
  ++cursor_;
  return true;
}

bool JsonReader::Unescape(std::string_view raw) {
  unescaped_.clear();
  size_t at = 0;
  while (at < raw.size()) {
    const size_t escape = std::min(raw.find('\\', at), raw.size());
    unescaped_.append(raw.substr(at, escape - at));
    at = escape;
    if (at < raw.size() && !UnescapeOne(raw, at)) {
      return false;
    }
  }
  return true;
}

bool JsonReader::UnescapeOne(std::string_view raw, size_t& at) {
  static constexpr std::string_view kEscapes = "\"\\/bfnrt";
  static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const char c = at + 1 < raw.size() ? raw[at + 1] : '\0';
  at += 2;
  if (c == 'u') {
    return UnescapeUnicode(raw, at);
  }
  const size_t index = c == '\0' ? std::string_view::npos : kEscapes.find(c);
  if (index == std::string_view::npos) {
    return Fail("a string has an unknown escape");
  }
  unescaped_.push_back(kMeanings[index]);
  return true;
}

bool JsonReader::UnescapeUnicode(std::string_view raw, size_t& at) {
  std::optional<uint32_t> code_point = HexQuad(raw.substr(at));
  if (!code_point) {
    return Fail("a string has an incomplete \\u escape");
  }
  at += 4;
  if (*code_point == 0) {
    return Fail("a string has the character U+0000");
  }
  if (*code_point >= 0xD800 && *code_point < 0xE000) {
    const std::optional<uint32_t> low =
        raw.substr(at).starts_with("\\u") ? HexQuad(raw.substr(at + 2)) : std::nullopt;
    if (*code_point >= 0xDC00 || !low || *low < 0xDC00 || *low >= 0xE000) {
      return Fail("a string has an unpaired surrogate");
    }
    at += 6;
    code_point = 0x10000 + ((*code_point - 0xD800) << 10) + (*low - 0xDC00);
  }
  AppendUtf8(unescaped_, *code_point);
  return true;
}

bool JsonReader::ReadNumber(std::string_view& source) {
  source = cursor_ < count_ ? TokenText() : std::string_view();
  if (!IsJsonNumber(source)) {
    return Fail("a number is malformed");
  }
  ++cursor_;
  return true;
}

bool JsonReader::ReadLiteral(std::string_view& source) {
  source = cursor_ < count_ ? TokenText() : std::string_view();
  if (source != "true" && source != "false" && source != "null") {
    return Fail("a value is expected");
  }
  ++cursor_;
  return true;
}

bool JsonReader::SkipScalar() {
  std::string_view ignored;
  switch (Peek()) {
    case '"':
      return ReadString(ignored);
    case 't':
    case 'f':
    case 'n':
      return ReadLiteral(ignored);
    default:
      return ReadNumber(ignored);
  }
}

bool JsonReader::SkipValue() {
  const size_t outer = depth_;
  do {
    JsonType type{};
    if (!PeekType(type)) {
      return false;
    }
    if (type == JsonType::kObject || type == JsonType::kArray) {
      if (!Begin(Peek())) {
        return false;
      }
    } else if (!SkipScalar()) {
      return false;
    }
    // Leaves the containers that end here, up to the next member or element that has a value.
    std::string_view key;
    while (depth_ > outer && !(is_object_[depth_ - 1] ? NextMember(key) : NextElement())) {
      if (!ok()) {
        return false;
      }
    }
  } while (depth_ > outer);
  return true;
}

bool JsonReader::ReadRaw(std::string_view& source) {
  const size_t begin = position();
  if (!SkipValue()) {
    return false;
  }
  size_t end = position();
  while (end > begin && IsBlank(text_[end - 1])) {
    --end;
  }
  source = text_.substr(begin, end - begin);
  return true;
}

bool JsonReader::AtEnd() {
  return ok() && (cursor_ == count_ || Fail("something follows the value"));
}

}  // namespace pinion::model
