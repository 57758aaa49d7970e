// Decodes JSON texts into structs by their descriptors, and gathers every violation on the way.
// Behind codec.h; one thread at a time. A decoder may be used again; it keeps its buffers.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/codec.h"
#include "model/json_reader.h"
#include "model/violations.h"

namespace pinion::model {

class Decoder {
 public:
  // Starts over; what is found from now on goes to this request.
  void Start(DecodeReport* report);
  // The root structure. False if the text is not JSON: then nothing else counts.
  bool DecodeRoot(std::string_view json, const TypeDescriptor& type, void* value);
  // One path or query parameter.
  void DecodeParameter(const FieldDescriptor& field, std::string_view text, void* target);
  void ReportMissing(std::string_view name);
  // What all this came to.
  base::Status Finish() const;

 private:
  // A value below which violations were found, to withdraw them if the member is given again.
  struct Tainted {
    size_t member;
    size_t begin;
    size_t end;
  };
  // These return false only if the text is not JSON.
  bool DecodeValue(const TypeDescriptor& type, void* value);
  bool DecodeStructure(const TypeDescriptor& type, void* value);
  bool DecodeField(const FieldDescriptor& field, void* structure, bool& present);
  bool DecodeList(const TypeDescriptor& type, void* list);
  bool DecodeMap(const TypeDescriptor& type, void* map);
  bool DecodeMapEntry(const TypeDescriptor& type, void* map, bool& is_null);
  bool DecodeRaw(const TypeDescriptor& type, void* value);
  bool DecodeScalar(JsonType given, const TypeDescriptor& type, void* value);
  bool ReadScalar(JsonType given, std::string_view& text);
  bool SkipMismatch(JsonType given, std::string_view expected);
  bool SkipUnknown(std::string_view name);
  void CheckScalar(const TypeDescriptor& type,
                   JsonType given,
                   std::string_view text,
                   size_t position,
                   void* value);
  void AddScalarViolation(const TypeDescriptor& type,
                          size_t position,
                          std::string_view expected,
                          std::string_view got);

  JsonReader reader_;
  MemberPath path_;
  Violations violations_;
  DecodeReport* report_ = nullptr;
};

}  // namespace pinion::model
