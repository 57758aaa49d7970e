// UnionBuilder: collects the union of many sets in plain words and makes a Bitmap of it at the end.
// For criteria whose answer is the union of thousands of postings. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "bitmap/bitmap.h"

namespace pinion::bitmap {

class UnionBuilder {
 public:
  void Add(uint32_t ordinal) {
    ChunkWords& words = WordsFor(ordinal >> 16);
    words[(ordinal & 0xFFFF) >> 6] |= uint64_t{1} << (ordinal & 63);
  }
  void Add(const Bitmap& set);
  // The kWordsPerChunk words of the ordinals key * 65,536 and up, to set bits in; `key` below
  // 65,536. Valid until Build.
  uint64_t* Words(uint32_t key) { return WordsFor(key).data(); }
  // The union; the builder is empty afterwards.
  Bitmap Build();

 private:
  using ChunkWords = std::array<uint64_t, kWordsPerChunk>;

  ChunkWords& WordsFor(uint32_t key) {
    if (key >= chunks_.size()) {
      chunks_.resize(key + 1);
    }
    if (chunks_[key] == nullptr) {
      chunks_[key] = std::make_unique<ChunkWords>();
    }
    return *chunks_[key];
  }

  std::vector<std::unique_ptr<ChunkWords>> chunks_;
};

}  // namespace pinion::bitmap
