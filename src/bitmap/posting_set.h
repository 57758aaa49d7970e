// PostingSet: a set of endpoint ordinals in eight bytes when it has at most one member, in a small
// sorted array up to kArrayMax, in a Bitmap beyond. For indexes with millions of values that belong
// to one endpoint each. Move-only. One object by one thread at a time, or by many that only read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "bitmap/bitmap.h"
#include "bitmap/union_builder.h"

namespace pinion::bitmap {

class PostingSet {
 public:
  static constexpr uint32_t kArrayMax = 1024;

  PostingSet() = default;
  PostingSet(PostingSet&& other) noexcept : bits_(std::exchange(other.bits_, kEmpty)) {}
  PostingSet& operator=(PostingSet&& other) noexcept;
  ~PostingSet() { Clear(); }

  bool Empty() const { return bits_ == kEmpty; }
  uint64_t Cardinality() const;
  bool Contains(uint32_t ordinal) const;
  // True if the set changed.
  bool Add(uint32_t ordinal);
  bool Remove(uint32_t ordinal);
  void Clear();

  // The members if they are a Bitmap inside, else null.
  const Bitmap* bitmap() const;
  // The members, ascending, if they are no Bitmap inside. `scratch` holds a single one; both must
  // outlive the span.
  std::span<const uint32_t> Small(uint32_t& scratch) const;
  Bitmap ToBitmap() const;
  void AddTo(UnionBuilder& builder) const;
  Bitmap Intersection(const Bitmap& other) const;
  uint64_t IntersectionCardinality(const Bitmap& other) const;
  template <class Visit>
  void ForEach(const Visit& visit) const {
    if (const Bitmap* set = bitmap()) {
      set->ForEach(visit);
      return;
    }
    uint32_t scratch = 0;
    for (const uint32_t ordinal : Small(scratch)) {
      visit(ordinal);
    }
  }

  // Heap bytes beyond the object itself.
  size_t MemoryBytes() const;

 private:
  // Followed in memory by `capacity` ordinals, of which `size` are used.
  struct Array {
    uint32_t size;
    uint32_t capacity;
    uint32_t* data() { return reinterpret_cast<uint32_t*>(this + 1); }
  };

  // The two lowest bits say what the others are: a pointer, or a single ordinal in the upper half.
  static constexpr uint64_t kEmpty = 0;
  static constexpr uint64_t kSingle = 1;
  static constexpr uint64_t kArray = 2;
  static constexpr uint64_t kBitmap = 3;
  static constexpr uint64_t kTagMask = 3;

  static Array* NewArray(uint32_t capacity);
  uint64_t tag() const { return bits_ & kTagMask; }
  uint32_t single() const { return static_cast<uint32_t>(bits_ >> 32); }
  Array* array() const { return reinterpret_cast<Array*>(bits_ & ~kTagMask); }
  Bitmap* big() const { return reinterpret_cast<Bitmap*>(bits_ & ~kTagMask); }
  void SetSingle(uint32_t ordinal) { bits_ = (uint64_t{ordinal} << 32) | kSingle; }
  void SetArray(Array* array) { bits_ = reinterpret_cast<uint64_t>(array) | kArray; }
  bool AddToArray(uint32_t ordinal);
  bool RemoveFromArray(uint32_t ordinal);
  bool RemoveFromBitmap(uint32_t ordinal);

  uint64_t bits_ = kEmpty;
};

}  // namespace pinion::bitmap
