// JSON text of described values: members in the order of the model, absent ones left out (API-7,
// API-51).
#include <charconv>

#include "base/base64.h"
#include "base/clock.h"
#include "base/json_text.h"
#include "base/time_text.h"
#include "model/codec.h"
#include "model/raw_json.h"

namespace pinion::model {

namespace {

template <class T>
const T& As(const void* value) {
  return *static_cast<const T*>(value);
}

void EncodeInteger(int64_t value, std::string& out) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void EncodeStructure(const TypeDescriptor& type, const void* value, std::string& out) {
  constexpr std::string_view kFirst = "{\"";
  constexpr std::string_view kNext = ",\"";
  std::string_view separator = kFirst;
  for (const FieldDescriptor& field : type.fields) {
    const void* member = static_cast<const char*>(value) + field.offset;
    if (field.optional) {
      member = field.optional->get(member);
      if (!member) {
        continue;
      }
    }
    // Names of the model need no escaping.
    out.append(separator).append(field.name).append("\":");
    separator = kNext;
    EncodeValue(*field.type, member, out);
  }
  out.append(separator == kFirst ? "{}" : "}");
}

void EncodeList(const TypeDescriptor& type, const void* value, std::string& out) {
  out.push_back('[');
  const size_t size = type.list->size(value);
  for (size_t i = 0; i < size; ++i) {
    if (i > 0) {
      out.push_back(',');
    }
    EncodeValue(*type.element, type.list->at(value, i), out);
  }
  out.push_back(']');
}

void EncodeMap(const TypeDescriptor& type, const void* value, std::string& out) {
  out.push_back('{');
  const size_t size = type.map->size(value);
  for (size_t i = 0; i < size; ++i) {
    if (i > 0) {
      out.push_back(',');
    }
    base::AppendJsonString(out, type.map->key_at(value, i));
    out.push_back(':');
    const void* element = type.map->value_at(value, i);
    if (type.element_optional) {
      element = type.element_optional->get(element);
    }
    if (element) {
      EncodeValue(*type.element, element, out);
    } else {
      out += "null";
    }
  }
  out.push_back('}');
}

}  // namespace

void EncodeValue(const TypeDescriptor& type, const void* value, std::string& out) {
  switch (type.kind) {
    case Kind::kBoolean:
      out += As<bool>(value) ? "true" : "false";
      break;
    case Kind::kInteger:
      EncodeInteger(As<int32_t>(value), out);
      break;
    case Kind::kLong:
      EncodeInteger(As<int64_t>(value), out);
      break;
    case Kind::kDouble:
      base::AppendJsonDouble(out, As<double>(value));
      break;
    case Kind::kString:
      base::AppendJsonString(out, As<std::string>(value));
      break;
    case Kind::kBlob:
      base::AppendJsonString(out, base::Base64Encode(As<std::string>(value)));
      break;
    case Kind::kTimestamp:
      base::AppendJsonString(out, base::FormatIso8601(As<base::Timestamp>(value)));
      break;
    case Kind::kEnum:
      base::AppendJsonString(out, type.enum_values[As<uint8_t>(value)]);
      break;
    case Kind::kStructure:
      EncodeStructure(type, value, out);
      break;
    case Kind::kList:
      EncodeList(type, value, out);
      break;
    case Kind::kMap:
      EncodeMap(type, value, out);
      break;
    case Kind::kRawJson:
      out += As<RawJson>(value).text;
      break;
  }
}

}  // namespace pinion::model
