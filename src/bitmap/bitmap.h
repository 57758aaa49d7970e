// Bitmap: a compressed set of endpoint ordinals (any uint32). Used by the attribute index,
// segments, campaign audiences. A value: copying shares the chunks of 65,536 ordinals and copies
// one only when it is written, so a copy of ten million ordinals costs about a microsecond.
// Different copies may be used by different threads; one object by one thread at a time, or by many
// that only read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "bitmap/chunk.h"

namespace pinion::bitmap {

class Bitmap {
 public:
  Bitmap() = default;
  Bitmap(std::initializer_list<uint32_t> ordinals);

  // The ordinals 0..end-1; `end` at most 2^32.
  static Bitmap UpTo(uint64_t end) { return Range(0, end); }
  // The ordinals first..end-1.
  static Bitmap Range(uint64_t first, uint64_t end);
  // `ordinals` ascend without repetition.
  static Bitmap FromSorted(std::span<const uint32_t> ordinals);

  bool Contains(uint32_t ordinal) const;
  // True if the set changed.
  bool Add(uint32_t ordinal);
  bool Remove(uint32_t ordinal);

  bool Empty() const { return slots_.empty(); }
  uint64_t Cardinality() const;
  std::optional<uint32_t> Min() const;
  std::optional<uint32_t> Max() const;
  // Members below `ordinal`.
  uint64_t Rank(uint32_t ordinal) const;

  Bitmap& operator&=(const Bitmap& other);
  Bitmap& operator|=(const Bitmap& other);
  Bitmap& operator-=(const Bitmap& other);
  friend Bitmap operator&(Bitmap a, const Bitmap& b) { return std::move(a &= b); }
  friend Bitmap operator|(Bitmap a, const Bitmap& b) { return std::move(a |= b); }
  // Members of a that are not in b.
  friend Bitmap operator-(Bitmap a, const Bitmap& b) { return std::move(a -= b); }

  // The number of ordinals that are in all `sets` (at least one), without building the
  // intersection.
  static uint64_t IntersectionCardinality(std::span<const Bitmap* const> sets);
  static uint64_t IntersectionCardinality(const Bitmap& a, const Bitmap& b) {
    const std::array<const Bitmap*, 2> sets = {&a, &b};
    return IntersectionCardinality(sets);
  }
  bool Intersects(const Bitmap& other) const;

  // The smallest member >= from.
  std::optional<uint32_t> NextFrom(uint32_t from) const;
  // Writes members >= from in ascending order until `out` is full; returns how many were written.
  size_t Read(uint32_t from, std::span<uint32_t> out) const;
  // Calls `visit(ordinal)` for each member in ascending order.
  template <class Visit>
  void ForEach(const Visit& visit) const;

  // Appends the bytes of docs/formats/bitmap.md; equal sets give equal bytes.
  void AppendTo(std::string& out) const;
  std::string Serialize() const;
  // kInvalidArgument for anything but the bytes of one bitmap.
  static base::Result<Bitmap> Deserialize(std::string_view bytes);

  bool operator==(const Bitmap& other) const { return slots_ == other.slots_; }
  // Heap bytes it holds; shared chunks count in every copy.
  size_t MemoryBytes() const;

 private:
  friend class UnionBuilder;

  // Invariant: slots ascend by key, and no chunk is empty.
  struct Slot {
    Chunk chunk;
    uint16_t key = 0;
    bool operator==(const Slot& other) const { return key == other.key && chunk == other.chunk; }
  };
  using Slots = std::vector<Slot>;

  static constexpr size_t kReadBlock = 1024;

  Slots::const_iterator LowerBound(uint16_t key) const;
  const Chunk* FindChunk(uint16_t key) const;
  Chunk& ChunkFor(uint16_t key);

  Slots slots_;
};

template <class Visit>
void Bitmap::ForEach(const Visit& visit) const {
  std::array<uint16_t, kReadBlock> lows;
  for (const Slot& slot : slots_) {
    const uint32_t high = static_cast<uint32_t>(slot.key) << 16;
    uint32_t from = 0;
    for (;;) {
      const size_t count = slot.chunk.Read(from, lows);
      for (size_t i = 0; i < count; ++i) {
        visit(high | lows[i]);
      }
      if (count < lows.size()) {
        break;
      }
      from = uint32_t{lows[count - 1]} + 1;
    }
  }
}

}  // namespace pinion::bitmap
