#include "storage/key.h"

#include <utility>

namespace pinion::storage {
namespace {

constexpr char kEscape = '\x00';
constexpr char kEscapedZero = '\xff';
constexpr char kTerminator = '\x01';
constexpr uint64_t kSignBit = uint64_t{1} << 63;

void AppendBigEndian(std::string& out, uint64_t value, size_t bytes) {
  for (size_t left = bytes; left > 0; --left) {
    out.push_back(static_cast<char>(static_cast<uint8_t>(value >> (8 * (left - 1)))));
  }
}

}  // namespace

KeyWriter& KeyWriter::Text(std::string_view text) {
  for (;;) {
    const size_t zero = text.find(kEscape);
    key_.append(text.substr(0, zero));
    if (zero == std::string_view::npos) {
      break;
    }
    key_.push_back(kEscape);
    key_.push_back(kEscapedZero);
    text.remove_prefix(zero + 1);
  }
  key_.push_back(kEscape);
  key_.push_back(kTerminator);
  return *this;
}

KeyWriter& KeyWriter::U8(uint8_t value) {
  key_.push_back(static_cast<char>(value));
  return *this;
}

KeyWriter& KeyWriter::U32(uint32_t value) {
  AppendBigEndian(key_, value, sizeof value);
  return *this;
}

KeyWriter& KeyWriter::U64(uint64_t value) {
  AppendBigEndian(key_, value, sizeof value);
  return *this;
}

KeyWriter& KeyWriter::I64(int64_t value) {
  return U64(static_cast<uint64_t>(value) ^ kSignBit);
}

KeyWriter& KeyWriter::Raw(std::string_view bytes) {
  key_.append(bytes);
  return *this;
}

KeyReader::KeyReader(std::string_view key) : rest_(key) {
  space_ = static_cast<KeySpace>(U8());
}

std::string KeyReader::Text() {
  std::string text;
  for (;;) {
    const size_t zero = rest_.find(kEscape);
    if (zero == std::string_view::npos || zero + 1 == rest_.size()) {
      break;
    }
    const char mark = rest_[zero + 1];
    if (mark != kTerminator && mark != kEscapedZero) {
      break;
    }
    text.append(rest_.substr(0, zero));
    rest_.remove_prefix(zero + 2);
    if (mark == kTerminator) {
      return text;
    }
    text.push_back(kEscape);
  }
  Fail();
  return {};
}

uint8_t KeyReader::U8() {
  return static_cast<uint8_t>(BigEndian(sizeof(uint8_t)));
}

uint32_t KeyReader::U32() {
  return static_cast<uint32_t>(BigEndian(sizeof(uint32_t)));
}

uint64_t KeyReader::U64() {
  return BigEndian(sizeof(uint64_t));
}

int64_t KeyReader::I64() {
  const uint64_t value = U64();
  return ok_ ? static_cast<int64_t>(value ^ kSignBit) : 0;
}

std::string_view KeyReader::Raw() {
  return std::exchange(rest_, {});
}

uint64_t KeyReader::BigEndian(size_t bytes) {
  if (rest_.size() < bytes) {
    Fail();
    return 0;
  }
  uint64_t value = 0;
  for (size_t i = 0; i < bytes; ++i) {
    value = (value << 8) | static_cast<uint8_t>(rest_[i]);
  }
  rest_.remove_prefix(bytes);
  return value;
}

void KeyReader::Fail() {
  ok_ = false;
  rest_ = {};
}

std::optional<std::string> PrefixEnd(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') {
    end.pop_back();
  }
  if (end.empty()) {
    return std::nullopt;
  }
  end.back() = static_cast<char>(static_cast<uint8_t>(end.back()) + 1);
  return end;
}

}  // namespace pinion::storage
