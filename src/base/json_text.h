// JSON text of scalars, and a writer of objects and arrays for the few places that have no generated type.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pinion::base {

// Appends `text` as a JSON string: compact UTF-8, only what must be escaped is.
void AppendJsonString(std::string& out, std::string_view text);
// Appends the shortest decimal that reads back to `value`, integers without fraction (API-51). `value` is finite.
void AppendJsonDouble(std::string& out, double value);
// The text of AppendJsonDouble.
std::string JsonDouble(double value);

// Writes one JSON value step by step and places the commas; braces must be balanced by the caller.
//   JsonWriter json;
//   json.BeginObject().Key("Status").String("ok").EndObject();
class JsonWriter {
 public:
  JsonWriter& BeginObject() { return Open('{'); }
  JsonWriter& EndObject() { return Close('}'); }
  JsonWriter& BeginArray() { return Open('['); }
  JsonWriter& EndArray() { return Close(']'); }
  JsonWriter& Key(std::string_view name);
  JsonWriter& String(std::string_view value);
  JsonWriter& Int(int64_t value);
  JsonWriter& Double(double value);
  JsonWriter& Bool(bool value);
  // `json` is a complete JSON value already.
  JsonWriter& Raw(std::string_view json);

  const std::string& text() const { return text_; }
  std::string Take() { return std::move(text_); }

 private:
  JsonWriter& Open(char bracket);
  JsonWriter& Close(char bracket);
  void Separate();

  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace pinion::base
