// NumberColumn: one number or time per endpoint of an application, with fast comparison of all of
// them. Part of AttributeIndex and guarded by its lock.
//
// Ordinals are cut into chunks of 65,536. A chunk with few values is a sorted list, one with many
// an array with a one-byte code beside each value: codes follow the order of the values, so a
// comparison looks at the codes and reads only the values whose code is that of the operand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "bitmap/bitmap.h"

namespace pinion::audience {

enum class Comparison { kLess, kLessOrEqual, kEqual, kGreaterOrEqual, kGreater };

class NumberColumn {
 public:
  NumberColumn();
  ~NumberColumn();
  NumberColumn(const NumberColumn&) = delete;
  NumberColumn& operator=(const NumberColumn&) = delete;

  std::optional<double> Get(uint32_t ordinal) const;
  // The endpoints whose value v fits `v comparison operand`.
  bitmap::Bitmap Where(Comparison comparison, double operand) const;
  // The endpoints with low <= value <= high.
  bitmap::Bitmap Between(double low, double high) const;
  // The endpoints with a value.
  const bitmap::Bitmap& Present() const { return present_; }
  size_t MemoryBytes() const;

  // `value` is finite.
  void Set(uint32_t ordinal, double value);
  void Clear(uint32_t ordinal);

 private:
  struct Chunk;

  Chunk* FindChunk(uint32_t ordinal) const;

  std::vector<std::unique_ptr<Chunk>> chunks_;
  bitmap::Bitmap present_;
};

}  // namespace pinion::audience
