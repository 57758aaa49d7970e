// TextArena: millions of short texts in large blocks, addressed by 32-bit numbers. Space that is
// given back is used again for texts of the same size class, so that values which change all the
// time do not make it grow. Used by the attribute index. Not thread-safe: guarded by the index's
// lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace pinion::audience {

class TextArena {
 public:
  using Ref = uint32_t;
  static constexpr size_t kTextBytesMax = 65535;

  // `text` has at most kTextBytesMax bytes.
  Ref Add(std::string_view text);
  // Valid until the text is removed.
  std::string_view Get(Ref ref) const {
    const char* at = At(ref);
    return {at + kLengthBytes, Length(at)};
  }
  void Remove(Ref ref);

  size_t MemoryBytes() const { return blocks_.size() * kBlockBytes; }

 private:
  // A reference counts units, so that 32 bits reach 16 GB.
  static constexpr size_t kUnitBytes = 4;
  static constexpr size_t kBlockUnits = 65536;
  static constexpr size_t kBlockBytes = kUnitBytes * kBlockUnits;
  static constexpr size_t kLengthBytes = 2;
  static constexpr Ref kNone = ~Ref{0};

  static size_t Units(size_t text_bytes) {
    return (text_bytes + kLengthBytes + kUnitBytes - 1) / kUnitBytes;
  }
  static size_t Length(const char* at) {
    return static_cast<unsigned char>(at[0]) | (size_t{static_cast<unsigned char>(at[1])} << 8);
  }
  const char* At(Ref ref) const {
    return blocks_[ref / kBlockUnits].get() + (ref % kBlockUnits) * kUnitBytes;
  }
  char* At(Ref ref) { return const_cast<char*>(static_cast<const TextArena*>(this)->At(ref)); }
  Ref Allocate(size_t units);

  std::vector<std::unique_ptr<char[]>> blocks_;
  size_t used_units_of_last_ = kBlockUnits;
  // The first free place of each size in units; each holds the reference of the next.
  std::vector<Ref> free_;
};

}  // namespace pinion::audience
