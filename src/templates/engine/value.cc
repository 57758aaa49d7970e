#include "templates/engine/value.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/json_text.h"

namespace pinion::templates {
namespace {

// Nested values come from stored JSON; deeper ones print nothing.
constexpr int kJsonDepthMax = 64;
// The widest double without exponent: 309 digits, or 0. and 324 + 17 digits.
constexpr size_t kNumberTextMax = 400;

using NumberText = std::array<char, kNumberTextMax>;

std::string_view FormatNumber(double value, NumberText& text) {
  if (value == 0) {
    return "0";
  }
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return {text.data(), static_cast<size_t>(end.ptr - text.data())};
}

std::string_view JoinList(Value list, Scratch& scratch) {
  // Elements that are themselves computed would allocate in between; the texts of plain strings do
  // not.
  std::string joined;
  for (size_t i = 0; i < list.list_size(); ++i) {
    if (i > 0) {
      joined += ", ";
    }
    joined += TextOf(list.At(i), scratch);
  }
  return scratch.Copy(joined);
}

size_t CountUtf16Units(std::string_view text) {
  size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    units += (byte & 0xC0) == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

void AppendJson(std::string& out, Value value, Scratch& scratch, int depth) {
  if (depth > kJsonDepthMax) {
    out += "null";
    return;
  }
  switch (value.kind()) {
    case Value::Kind::kMissing:
    case Value::Kind::kNull:
    case Value::Kind::kRoot:
      out += "null";
      return;
    case Value::Kind::kBool:
    case Value::Kind::kNumber:
    case Value::Kind::kDecimal:
      out += TextOf(value, scratch);
      return;
    case Value::Kind::kString:
      base::AppendJsonString(out, value.text());
      return;
    case Value::Kind::kStrings:
    case Value::Kind::kViews:
    case Value::Kind::kValues:
      out += '[';
      for (size_t i = 0; i < value.list_size(); ++i) {
        out += i > 0 ? "," : "";
        AppendJson(out, value.At(i), scratch, depth + 1);
      }
      out += ']';
      return;
    case Value::Kind::kMap: {
      out += '{';
      bool first = true;
      for (const NamedValue& member : value.map().Members(scratch)) {
        out += first ? "" : ",";
        first = false;
        base::AppendJsonString(out, member.name);
        out += ':';
        AppendJson(out, member.value, scratch, depth + 1);
      }
      out += '}';
      return;
    }
  }
}

}  // namespace

Value Value::At(size_t index) const {
  if (index >= size_) {
    return Value();
  }
  switch (kind_) {
    case Kind::kStrings:
      return String(strings_[index]);
    case Kind::kViews:
      return String(views_[index]);
    case Kind::kValues:
      return values_[index];
    default:
      return Value();
  }
}

Value Value::Single() const {
  if (!is_list()) {
    return *this;
  }
  return size_ == 0 ? Value() : size_ == 1 ? At(0) : *this;
}

bool Value::Truthy() const {
  const Value value = Single();
  switch (value.kind_) {
    case Kind::kMissing:
    case Kind::kNull:
      return false;
    case Kind::kBool:
      return value.bool_value();
    case Kind::kNumber:
      return value.number_ != 0;
    case Kind::kDecimal:
      return value.text() != "0";
    case Kind::kString:
      return value.size_ > 0;
    default:
      return true;
  }
}

Value FindNamed(std::span<const NamedValue> values, std::string_view name) {
  for (const NamedValue& candidate : values) {
    if (candidate.name == name) {
      return candidate.value;
    }
  }
  return Value();
}

std::span<const NamedValue> SortedByName(std::span<const NamedValue> values, Scratch& scratch) {
  const std::span<NamedValue> sorted = scratch.NewArray<NamedValue>(values.size());
  std::copy(values.begin(), values.end(), sorted.begin());
  std::stable_sort(sorted.begin(), sorted.end(), [](const NamedValue& a, const NamedValue& b) {
    return a.name < b.name;
  });
  return sorted;
}

Value NamedValueMap::Find(std::string_view name, Scratch&) const {
  return FindNamed(members_, name);
}

std::span<const NamedValue> NamedValueMap::Members(Scratch& scratch) const {
  return SortedByName(members_, scratch);
}

int64_t AsIndex(std::string_view text) {
  constexpr size_t kDigitsMax = 9;
  if (text.empty() || text.size() > kDigitsMax) {
    return -1;
  }
  int64_t index = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return -1;
    }
    index = index * 10 + (c - '0');
  }
  return index;
}

Value MemberOf(Value value, std::string_view name, Scratch& scratch) {
  if (value.kind() == Value::Kind::kMap) {
    return value.map().Find(name, scratch);
  }
  const int64_t index = AsIndex(name);
  if (value.is_list()) {
    if (index >= 0) {
      return value.At(static_cast<size_t>(index));
    }
    if (name == kLengthMember) {
      return Value::Number(static_cast<double>(value.list_size()));
    }
    // A list of one is usable wherever its element is.
    return value.list_size() == 1 && value.At(0).kind() == Value::Kind::kMap
               ? MemberOf(value.At(0), name, scratch)
               : Value();
  }
  if (value.kind() == Value::Kind::kString && name == kLengthMember) {
    return Value::Number(static_cast<double>(CountUtf16Units(value.text())));
  }
  return index == 0 && value.kind() != Value::Kind::kRoot ? value : Value();
}

std::string_view TextOf(Value value, Scratch& scratch) {
  switch (value.kind()) {
    case Value::Kind::kMissing:
    case Value::Kind::kNull:
    case Value::Kind::kRoot:
      return "";
    case Value::Kind::kBool:
      return value.bool_value() ? "true" : "false";
    case Value::Kind::kNumber: {
      NumberText text;
      return scratch.Copy(FormatNumber(value.number(), text));
    }
    case Value::Kind::kDecimal:
    case Value::Kind::kString:
      return value.text();
    case Value::Kind::kMap:
      return JsonOf(value, scratch);
    default:
      break;
  }
  return value.list_size() == 1 ? TextOf(value.At(0), scratch) : JoinList(value, scratch);
}

void AppendNumber(std::string& out, double value) {
  NumberText text;
  out += FormatNumber(value, text);
}

std::string_view JsonOf(Value value, Scratch& scratch) {
  std::string json;
  AppendJson(json, value, scratch, 0);
  return scratch.Copy(json);
}

}  // namespace pinion::templates
