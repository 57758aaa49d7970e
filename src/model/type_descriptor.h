// What the codec knows of the model's types: one constant table per shape, generated from spec/,
// walked by the decoder and the encoder. Everything here is immutable and initialised at compile
// time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace pinion::model {

enum class Kind : uint8_t {
  kBoolean,    // bool
  kInteger,    // int32_t
  kLong,       // int64_t
  kDouble,     // double
  kString,     // std::string
  kBlob,       // std::string, decoded bytes
  kTimestamp,  // base::Timestamp
  kEnum,       // enum class with underlying uint8_t, counted from 0 in the order of enum_values
  kStructure,  // generated struct
  kList,       // std::vector<T>
  kMap,        // Map<T>, or Map<std::optional<T>> if null_values is kKeep
  kRawJson,    // RawJson
};

// Where a member of a request travels.
enum class Location : uint8_t { kMember, kUri, kQuery, kPayload };

// What a JSON null does as the value of a map's entry.
enum class NullValues : uint8_t { kDrop, kKeep, kAsEmpty };

struct TypeDescriptor;

// Access to a std::optional<T> of unknown T.
struct OptionalOps {
  void* (*emplace)(void* optional);          // a fresh T in it
  const void* (*get)(const void* optional);  // the T in it, or nullptr
  void (*reset)(void* optional);
};

// Access to a std::vector<T> of unknown T.
struct ListOps {
  void* (*append)(void* list);  // a fresh T at its end
  void (*drop_last)(void* list);
  size_t (*size)(const void* list);
  const void* (*at)(const void* list, size_t index);
};

// Access to a Map<T> of unknown T.
struct MapOps {
  void* (*append)(void* map, std::string key);  // a fresh T at its end
  size_t (*size)(const void* map);
  const std::string& (*key_at)(const void* map, size_t index);
  const void* (*value_at)(const void* map, size_t index);
  void (*move_entry)(void* map, size_t to, size_t from);
  void (*move_value)(void* map, size_t to, size_t from);
  void (*truncate)(void* map, size_t size);
};

struct FieldDescriptor {
  std::string_view name;  // on the wire
  const TypeDescriptor* type = nullptr;
  const OptionalOps* optional = nullptr;  // nullptr for a plain member, which is a required one
  uint32_t offset = 0;
  Location location = Location::kMember;
  bool required = false;
  bool empty_as_absent = false;  // "" counts as not given (API-45)
};

struct TypeDescriptor {
  Kind kind = Kind::kStructure;
  std::string_view name;                            // of the shape
  void (*reset)(void* value) = nullptr;             // assigns T{}
  std::span<const FieldDescriptor> fields{};        // kStructure, in the order of the model
  std::span<const std::string_view> enum_values{};  // kEnum
  const TypeDescriptor* element = nullptr;          // kList, kMap
  const TypeDescriptor* key = nullptr;              // kMap whose keys are those of an enum
  const ListOps* list = nullptr;
  const MapOps* map = nullptr;
  const OptionalOps* element_optional = nullptr;  // kMap with null_values kKeep
  NullValues null_values = NullValues::kDrop;
  bool object_only = false;  // kRawJson that must be an object
};

// Selects the overload of DescriptorOf that the generated headers declare for every struct.
template <class T>
struct TypeTag {};

}  // namespace pinion::model
