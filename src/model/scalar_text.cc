#include "model/scalar_text.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/base64.h"
#include "base/clock.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "model/number_text.h"
#include "model/violations.h"

namespace pinion::model {

namespace {

// 9999-12-31T23:59:59.999Z (API-56).
constexpr int64_t kLastMillis = 253'402'300'799'999;

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b;
  });
}

// One attempt to read a text; the functions return whether they could.
struct Attempt {
  TextForm form;
  std::string_view text;
  void* value;
  std::string& expected;

  bool Fail(std::string_view what) {
    expected = what;
    return false;
  }

  bool String() {
    // In JSON the reader has seen to both already.
    if (form == TextForm::kParameter &&
        (!base::IsValidUtf8(text) || text.find('\0') != std::string_view::npos)) {
      return Fail("UTF-8 text without U+0000");
    }
    static_cast<std::string*>(value)->assign(text);
    return true;
  }

  bool Boolean() {
    const bool parameter = form == TextForm::kParameter;
    const bool is_true = parameter ? EqualsIgnoringCase(text, "true") : text == "true";
    const bool is_false = parameter ? EqualsIgnoringCase(text, "false") : text == "false";
    if (form == TextForm::kNumber || (!is_true && !is_false)) {
      return Fail(form == TextForm::kNumber ? "a boolean" : "true or false");
    }
    *static_cast<bool*>(value) = is_true;
    return true;
  }

  std::optional<int64_t> Integer(const IntegerRules& rules, std::string_view range) {
    IntegerError error{};
    std::optional<int64_t> number;
    if (form != TextForm::kLiteral) {
      number = ParseInteger(text, rules, error);
    }
    if (!number) {
      Fail(error == IntegerError::kOutOfRange ? range : "an integer");
    }
    return number;
  }

  bool Int32() {
    const auto number =
        Integer({.min = INT32_MIN, .max = INT32_MAX}, "an integer in the 32-bit range");
    if (number) {
      *static_cast<int32_t*>(value) = static_cast<int32_t>(*number);
    }
    return number.has_value();
  }

  bool Int64() {
    const auto number = Integer({}, "an integer in the 64-bit range");
    if (number) {
      *static_cast<int64_t*>(value) = *number;
    }
    return number.has_value();
  }

  bool Double() {
    const auto number = form == TextForm::kLiteral ? std::nullopt : ParseDouble(text);
    if (!number) {
      return Fail(form != TextForm::kLiteral && IsJsonNumber(text)
                      ? "a number in the range of a double"
                      : "a number");
    }
    *static_cast<double*>(value) = *number;
    return true;
  }

  bool Timestamp() {
    std::optional<base::Timestamp> at;
    if (form == TextForm::kString || form == TextForm::kParameter) {
      at = base::ParseInstant(text);
    }
    if (!at && (form == TextForm::kNumber || form == TextForm::kParameter)) {
      IntegerError error{};
      const auto millis =
          ParseInteger(text, {.min = 0, .max = kLastMillis, .scale = 3, .truncate = true}, error);
      if (millis) {
        at = base::TimestampFromMillis(*millis);
      }
    }
    if (!at) {
      return Fail("an ISO 8601 time");
    }
    *static_cast<base::Timestamp*>(value) = *at;
    return true;
  }

  bool Blob() {
    auto bytes = form == TextForm::kString ? base::Base64Decode(text) : std::nullopt;
    if (!bytes) {
      return Fail("base64 with padding");
    }
    *static_cast<std::string*>(value) = *std::move(bytes);
    return true;
  }

  bool Enum(const TypeDescriptor& type) {
    const auto& values = type.enum_values;
    const auto found = std::find(values.begin(), values.end(), text);
    if (found == values.end()) {
      return Fail(OneOf(type));
    }
    *static_cast<uint8_t*>(value) = static_cast<uint8_t>(found - values.begin());
    return true;
  }

  bool Run(const TypeDescriptor& type) {
    switch (type.kind) {
      case Kind::kString:
        return String();
      case Kind::kBoolean:
        return Boolean();
      case Kind::kInteger:
        return Int32();
      case Kind::kLong:
        return Int64();
      case Kind::kDouble:
        return Double();
      case Kind::kTimestamp:
        return Timestamp();
      case Kind::kBlob:
        return Blob();
      case Kind::kEnum:
        return Enum(type);
      default:
        return Fail("a scalar");
    }
  }
};

}  // namespace

std::string OneOf(const TypeDescriptor& enumeration) {
  std::string text = "one of ";
  for (const std::string_view value : enumeration.enum_values) {
    text.append(text.size() > 7 ? ", " : "").append(value);
  }
  return text;
}

bool ParseScalar(const TypeDescriptor& type,
                 TextForm form,
                 std::string_view text,
                 void* value,
                 std::string& expected,
                 std::string& got) {
  if (Attempt{form, text, value, expected}.Run(type)) {
    return true;
  }
  // Bytes that may be something secret or no text at all are not repeated.
  const bool quotable = type.kind != Kind::kBlob && type.kind != Kind::kString;
  got = !quotable                                                   ? "something else"
        : form == TextForm::kString || form == TextForm::kParameter ? Quoted(text)
                                                                    : Echoed(text);
  return false;
}

}  // namespace pinion::model
