#include "model/decoder.h"

#include <algorithm>
#include <bitset>
#include <string>
#include <vector>

#include "base/assert.h"
#include "model/map_entries.h"
#include "model/raw_json.h"
#include "model/scalar_text.h"

namespace pinion::model {

namespace {

// The generator refuses structures with more members.
constexpr size_t kFieldsMax = 128;
constexpr size_t kNoField = SIZE_MAX;

// Callers mostly send members in a fixed order, so the field behind the last one is tried first.
size_t FindField(const TypeDescriptor& type, std::string_view name, size_t hint) {
  const size_t count = type.fields.size();
  for (size_t i = hint; i < count; ++i) {
    if (type.fields[i].name == name) {
      return i;
    }
  }
  for (size_t i = 0; i < std::min(hint, count); ++i) {
    if (type.fields[i].name == name) {
      return i;
    }
  }
  return kNoField;
}

void* FieldAddress(const FieldDescriptor& field, void* structure) {
  return static_cast<char*>(structure) + field.offset;
}

void ResetField(const FieldDescriptor& field, void* structure) {
  void* address = FieldAddress(field, structure);
  if (field.optional) {
    field.optional->reset(address);
  } else {
    field.type->reset(address);
  }
}

bool IsContainer(JsonType type) {
  return type == JsonType::kObject || type == JsonType::kArray;
}

// What a type is called when a value of quite another was given for it.
std::string_view Expected(const TypeDescriptor& type) {
  switch (type.kind) {
    case Kind::kStructure:
    case Kind::kMap:
      return "an object";
    case Kind::kList:
      return "a list";
    case Kind::kRawJson:
      return type.object_only ? "an object" : "a value";
    case Kind::kBoolean:
      return "a boolean";
    case Kind::kInteger:
    case Kind::kLong:
      return "an integer";
    case Kind::kDouble:
      return "a number";
    case Kind::kTimestamp:
      return "an ISO 8601 time";
    case Kind::kString:
    case Kind::kBlob:
    case Kind::kEnum:
      return "a string";
  }
  return "";
}

}  // namespace

void Decoder::Start(DecodeReport* report) {
  reader_.Clear();
  path_.Clear();
  violations_.Clear();
  report_ = report;
}

base::Status Decoder::Finish() const {
  if (!reader_.ok()) {
    return base::InvalidArgument(reader_.error());
  }
  if (!violations_.empty()) {
    return base::InvalidArgument(violations_.Message());
  }
  return {};
}

bool Decoder::DecodeRoot(std::string_view json, const TypeDescriptor& type, void* value) {
  PINION_ASSERT(type.kind == Kind::kStructure || type.kind == Kind::kRawJson);
  if (!reader_.Open(json.empty() ? "{}" : json)) {
    return false;
  }
  const size_t position = reader_.position();
  JsonType given{};
  if (!reader_.PeekType(given)) {
    return false;
  }
  if (given != JsonType::kObject) {
    violations_.Add(position,
                    "The body must be a JSON object, not " + std::string(WithArticle(given)) + ".");
    return reader_.SkipValue() && reader_.AtEnd();
  }
  return DecodeValue(type, value) && reader_.AtEnd();
}

bool Decoder::DecodeValue(const TypeDescriptor& type, void* value) {
  if (type.kind == Kind::kRawJson) {
    return DecodeRaw(type, value);
  }
  JsonType given{};
  if (!reader_.PeekType(given)) {
    return false;
  }
  switch (type.kind) {
    case Kind::kStructure:
    case Kind::kMap:
      if (given != JsonType::kObject) {
        return SkipMismatch(given, Expected(type));
      }
      return type.kind == Kind::kMap ? DecodeMap(type, value) : DecodeStructure(type, value);
    case Kind::kList:
      return given == JsonType::kArray ? DecodeList(type, value)
                                       : SkipMismatch(given, Expected(type));
    default:
      return DecodeScalar(given, type, value);
  }
}

bool Decoder::DecodeStructure(const TypeDescriptor& type, void* value) {
  std::bitset<kFieldsMax> seen;
  std::vector<Tainted> tainted;
  std::string_view name;
  size_t hint = 0;
  reader_.BeginObject();
  while (reader_.NextMember(name)) {
    const size_t index = FindField(type, name, hint);
    if (index == kNoField) {
      if (!SkipUnknown(name)) {
        return false;
      }
      continue;
    }
    const FieldDescriptor& field = type.fields[index];
    hint = index + 1;
    if (seen[index]) {
      ResetField(field, value);
    }
    for (const Tainted& earlier : tainted) {
      if (earlier.member == index) {
        violations_.Withdraw(earlier.begin, earlier.end);
      }
    }
    const size_t violations_before = violations_.size();
    const size_t begin = reader_.position();
    bool present = true;
    if (!DecodeField(field, value, present)) {
      return false;
    }
    seen[index] = present;
    if (violations_.size() > violations_before) {
      tainted.push_back({index, begin, reader_.position()});
    }
  }
  for (size_t i = 0; i < type.fields.size(); ++i) {
    if (type.fields[i].required && !seen[i]) {
      ReportMissing(type.fields[i].name);
    }
  }
  return reader_.ok();
}

bool Decoder::DecodeField(const FieldDescriptor& field, void* structure, bool& present) {
  JsonType given{};
  if (!reader_.PeekType(given)) {
    return false;
  }
  void* address = FieldAddress(field, structure);
  if (given == JsonType::kNull) {
    present = false;
    std::string_view text;
    return reader_.ReadLiteral(text);
  }
  path_.PushName(field.name);
  bool readable = true;
  if (field.empty_as_absent && given == JsonType::kString) {
    const size_t position = reader_.position();
    std::string_view text;
    readable = reader_.ReadString(text);
    present = !text.empty();
    if (readable && present) {
      CheckScalar(*field.type, given, text, position, field.optional->emplace(address));
    }
  } else {
    readable =
        DecodeValue(*field.type, field.optional ? field.optional->emplace(address) : address);
  }
  path_.Pop();
  return readable;
}

bool Decoder::DecodeList(const TypeDescriptor& type, void* list) {
  reader_.BeginArray();
  for (size_t index = 0; reader_.NextElement(); ++index) {
    path_.PushIndex(index);
    JsonType given{};
    if (!reader_.PeekType(given)) {
      return false;
    }
    // null is no element of anything, RawJson included (API-44).
    const bool readable = given == JsonType::kNull
                              ? SkipMismatch(given, Expected(*type.element))
                              : DecodeValue(*type.element, type.list->append(list));
    if (!readable) {
      return false;
    }
    path_.Pop();
  }
  return reader_.ok();
}

bool Decoder::DecodeMap(const TypeDescriptor& type, void* map) {
  std::vector<Tainted> tainted;
  std::vector<size_t> nulls;
  std::string_view key;
  reader_.BeginObject();
  for (size_t index = 0; reader_.NextMember(key); ++index) {
    const size_t violations_before = violations_.size();
    const size_t begin = reader_.position();
    void* value = type.map->append(map, std::string(key));
    // The entry's own copy: the reader's is gone with the next string.
    path_.PushName(type.map->key_at(map, index));
    if (type.key && std::find(type.key->enum_values.begin(), type.key->enum_values.end(), key) ==
                        type.key->enum_values.end()) {
      AddScalarViolation(*type.key, begin, OneOf(*type.key), Quoted(key));
    }
    bool is_null = false;
    if (!DecodeMapEntry(type, value, is_null)) {
      return false;
    }
    path_.Pop();
    if (is_null) {
      nulls.push_back(index);
    }
    if (violations_.size() > violations_before) {
      tainted.push_back({index, begin, reader_.position()});
    }
  }
  if (!reader_.ok()) {
    return false;
  }
  SettleEntries(*type.map, map, nulls, [&](size_t replaced) {
    for (const Tainted& entry : tainted) {
      if (entry.member == replaced) {
        violations_.Withdraw(entry.begin, entry.end);
      }
    }
  });
  return true;
}

bool Decoder::DecodeMapEntry(const TypeDescriptor& type, void* value, bool& is_null) {
  JsonType given{};
  if (!reader_.PeekType(given)) {
    return false;
  }
  if (given == JsonType::kNull) {
    is_null = type.null_values == NullValues::kDrop;
    std::string_view text;
    return reader_.ReadLiteral(text);
  }
  return DecodeValue(*type.element,
                     type.element_optional ? type.element_optional->emplace(value) : value);
}

bool Decoder::DecodeRaw(const TypeDescriptor& type, void* value) {
  JsonType given{};
  if (!reader_.PeekType(given)) {
    return false;
  }
  if (type.object_only && given != JsonType::kObject) {
    return SkipMismatch(given, "an object");
  }
  std::string_view source;
  if (!reader_.ReadRaw(source)) {
    return false;
  }
  static_cast<RawJson*>(value)->text.assign(source);
  return true;
}

bool Decoder::DecodeScalar(JsonType given, const TypeDescriptor& type, void* value) {
  if (IsContainer(given) || given == JsonType::kNull) {
    return SkipMismatch(given, Expected(type));
  }
  const size_t position = reader_.position();
  std::string_view text;
  if (!ReadScalar(given, text)) {
    return false;
  }
  CheckScalar(type, given, text, position, value);
  return true;
}

bool Decoder::ReadScalar(JsonType given, std::string_view& text) {
  switch (given) {
    case JsonType::kString:
      return reader_.ReadString(text);
    case JsonType::kNumber:
      return reader_.ReadNumber(text);
    default:
      return reader_.ReadLiteral(text);
  }
}

void Decoder::CheckScalar(const TypeDescriptor& type,
                          JsonType given,
                          std::string_view text,
                          size_t position,
                          void* value) {
  const TextForm form = given == JsonType::kString   ? TextForm::kString
                        : given == JsonType::kNumber ? TextForm::kNumber
                                                     : TextForm::kLiteral;
  std::string expected;
  std::string got;
  if (!ParseScalar(type, form, text, value, expected, got)) {
    AddScalarViolation(type, position, expected, got);
  }
}

void Decoder::AddScalarViolation(const TypeDescriptor& type,
                                 size_t position,
                                 std::string_view expected,
                                 std::string_view got) {
  if (type.kind != Kind::kEnum) {
    violations_.AddMismatch(path_, position, expected, got);
    return;
  }
  std::string message = "Member '" + path_.Text() + "': unknown value ";
  message.append(got).append(", expected ").append(expected).append(".");
  violations_.Add(position, std::move(message));
}

bool Decoder::SkipMismatch(JsonType given, std::string_view expected) {
  violations_.AddMismatch(path_, reader_.position(), expected, WithArticle(given));
  return reader_.SkipValue();
}

bool Decoder::SkipUnknown(std::string_view name) {
  if (report_ && report_->ignored_members.size() < kIgnoredMembersMax) {
    std::string path = path_.TextWith(name);
    auto& ignored = report_->ignored_members;
    if (std::find(ignored.begin(), ignored.end(), path) == ignored.end()) {
      ignored.push_back(std::move(path));
    }
  }
  return reader_.SkipValue();
}

void Decoder::ReportMissing(std::string_view name) {
  violations_.Add(reader_.position(), "Missing required member '" + path_.TextWith(name) + "'.");
}

void Decoder::DecodeParameter(const FieldDescriptor& field, std::string_view text, void* target) {
  std::string expected;
  std::string got;
  path_.PushName(field.name);
  const TypeDescriptor& type = field.type->kind == Kind::kList ? *field.type->element : *field.type;
  if (!ParseScalar(type, TextForm::kParameter, text, target, expected, got)) {
    AddScalarViolation(type, 0, expected, got);
  }
  path_.Pop();
}

}  // namespace pinion::model
