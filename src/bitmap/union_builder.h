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
    Words& words = WordsFor(ordinal >> 16);
    words[(ordinal & 0xFFFF) >> 6] |= uint64_t{1} << (ordinal & 63);
  }
  void Add(const Bitmap& set);
  // The union; the builder is empty afterwards.
  Bitmap Build();

 private:
  using Words = std::array<uint64_t, kWordsPerChunk>;

  Words& WordsFor(uint32_t key) {
    if (key >= chunks_.size()) {
      chunks_.resize(key + 1);
    }
    if (chunks_[key] == nullptr) {
      chunks_[key] = std::make_unique<Words>();
    }
    return *chunks_[key];
  }

  std::vector<std::unique_ptr<Words>> chunks_;
};

}  // namespace pinion::bitmap
