#include "bitmap/union_builder.h"

namespace pinion::bitmap {

void UnionBuilder::Add(const Bitmap& set) {
  for (const Bitmap::Slot& slot : set.slots_) {
    slot.chunk.OrInto(WordsFor(slot.key).data());
  }
}

Bitmap UnionBuilder::Build() {
  Bitmap result;
  for (size_t key = 0; key < chunks_.size(); ++key) {
    if (chunks_[key] == nullptr) {
      continue;
    }
    const uint64_t* words = chunks_[key]->data();
    Chunk chunk = Chunk::FromWords(words, Kernels().count(words));
    if (!chunk.empty()) {
      result.slots_.push_back({std::move(chunk), static_cast<uint16_t>(key)});
    }
    chunks_[key].reset();
  }
  chunks_.clear();
  return result;
}

}  // namespace pinion::bitmap
