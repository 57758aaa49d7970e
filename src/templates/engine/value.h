// Value: what a path or a helper yields. Sixteen bytes that refer to memory of somebody else: the
// endpoint record, the compiled template or the Scratch of the rendering. Used by variable sources,
// helpers and the renderer. Copy freely; valid as long as what it refers to.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "templates/engine/scratch.h"

namespace pinion::templates {

class MapView;

class Value {
 public:
  enum class Kind : uint8_t {
    kMissing,
    kNull,
    kBool,
    kNumber,   // a double: metrics, coordinates
    kDecimal,  // a number as canonical decimal text: literals, results of math helpers
    kString,
    kStrings,  // list of std::string
    kViews,    // list of std::string_view
    kValues,   // list of Value
    kMap,
    kRoot,  // what `this` is outside of any block: the whole variable source
  };

  constexpr Value() : kind_(Kind::kMissing), number_(0) {}
  static constexpr Value Null() { return Value(Kind::kNull); }
  static constexpr Value Root() { return Value(Kind::kRoot); }
  static constexpr Value Bool(bool value) {
    Value made(Kind::kBool);
    made.size_ = value ? 1 : 0;
    return made;
  }
  // `value` is finite.
  static constexpr Value Number(double value) {
    Value made(Kind::kNumber);
    made.number_ = value;
    return made;
  }
  // `text`: optional `-`, digits, optional fraction without trailing zeros.
  static constexpr Value Decimal(std::string_view text) { return Value(Kind::kDecimal, text); }
  static constexpr Value String(std::string_view text) { return Value(Kind::kString, text); }
  static Value List(std::span<const std::string> items) {
    Value made(Kind::kStrings, items.size());
    made.strings_ = items.data();
    return made;
  }
  static Value List(std::span<const std::string_view> items) {
    Value made(Kind::kViews, items.size());
    made.views_ = items.data();
    return made;
  }
  static Value List(std::span<const Value> items) {
    Value made(Kind::kValues, items.size());
    made.values_ = items.data();
    return made;
  }
  static Value Map(const MapView& map) {
    Value made(Kind::kMap);
    made.map_ = &map;
    return made;
  }

  Kind kind() const { return kind_; }
  // Missing or null.
  bool absent() const { return kind_ <= Kind::kNull; }
  bool is_list() const { return kind_ >= Kind::kStrings && kind_ <= Kind::kValues; }
  bool is_number() const { return kind_ == Kind::kNumber || kind_ == Kind::kDecimal; }

  bool bool_value() const { return size_ != 0; }
  double number() const { return number_; }
  // Of kString and kDecimal.
  std::string_view text() const { return {text_, size_}; }
  const MapView& map() const { return *map_; }

  size_t list_size() const { return size_; }
  Value At(size_t index) const;

  // A list of one is its element, an empty list is missing; anything else is itself (TPL-61,
  // TPL-78).
  Value Single() const;
  // TPL-58.
  bool Truthy() const;

 private:
  constexpr explicit Value(Kind kind) : kind_(kind), number_(0) {}
  constexpr Value(Kind kind, std::string_view text)
      : kind_(kind), size_(static_cast<uint32_t>(text.size())), text_(text.data()) {}
  Value(Kind kind, size_t size) : kind_(kind), size_(static_cast<uint32_t>(size)), number_(0) {}

  Kind kind_;
  uint32_t size_ = 0;
  union {
    double number_;
    const char* text_;
    const std::string* strings_;
    const std::string_view* views_;
    const Value* values_;
    const MapView* map_;
  };
};

struct NamedValue {
  std::string_view name;
  Value value;
};

// A map whose members are found by name.
class MapView {
 public:
  virtual Value Find(std::string_view name, Scratch& scratch) const = 0;
  // All members, in ascending order of their names.
  virtual std::span<const NamedValue> Members(Scratch& scratch) const = 0;

 protected:
  MapView() = default;
  MapView(const MapView&) = default;
  MapView& operator=(const MapView&) = default;
  // Never destroyed through this interface: map views may live in a Scratch.
  ~MapView() = default;
};

// Members given as a span, in any order.
class NamedValueMap final : public MapView {
 public:
  explicit NamedValueMap(std::span<const NamedValue> members) : members_(members) {}
  Value Find(std::string_view name, Scratch& scratch) const override;
  std::span<const NamedValue> Members(Scratch& scratch) const override;

 private:
  std::span<const NamedValue> members_;
};

// The value named `name`, or missing.
Value FindNamed(std::span<const NamedValue> values, std::string_view name);

// A copy in ascending order of names.
std::span<const NamedValue> SortedByName(std::span<const NamedValue> values, Scratch& scratch);

inline constexpr std::string_view kLengthMember = "length";

// The member `name` of a map, the element `name` of a list if it is a number; index 0 of a single
// value is that value. `length` of a list is the number of its elements, of a text that of its
// UTF-16 units, as JavaScript counts.
Value MemberOf(Value value, std::string_view name, Scratch& scratch);

// `text` as an index from 0, or -1.
int64_t AsIndex(std::string_view text);

// How a value prints (TPL-61, TPL-62).
std::string_view TextOf(Value value, Scratch& scratch);

// Appends `value` without exponent and without trailing zeros (TPL-62).
void AppendNumber(std::string& out, double value);

// The value as compact JSON; missing is null.
std::string_view JsonOf(Value value, Scratch& scratch);

}  // namespace pinion::templates
