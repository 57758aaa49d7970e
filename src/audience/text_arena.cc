#include "audience/text_arena.h"

#include <cstring>

#include "base/assert.h"

namespace pinion::audience {

TextArena::Ref TextArena::Add(std::string_view text) {
  PINION_ASSERT(text.size() <= kTextBytesMax);
  const Ref ref = Allocate(Units(text.size()));
  char* at = At(ref);
  at[0] = static_cast<char>(text.size() & 0xFF);
  at[1] = static_cast<char>(text.size() >> 8);
  if (!text.empty()) {
    std::memcpy(at + kLengthBytes, text.data(), text.size());
  }
  return ref;
}

TextArena::Ref TextArena::Allocate(size_t units) {
  if (units < free_.size() && free_[units] != kNone) {
    const Ref ref = free_[units];
    std::memcpy(&free_[units], At(ref), sizeof(Ref));
    return ref;
  }
  if (used_units_of_last_ + units > kBlockUnits) {
    PINION_ASSERT((blocks_.size() + 1) * kBlockUnits < kNone);
    blocks_.push_back(std::make_unique<char[]>(kBlockBytes));
    used_units_of_last_ = 0;
  }
  const size_t unit = (blocks_.size() - 1) * kBlockUnits + used_units_of_last_;
  used_units_of_last_ += units;
  return static_cast<Ref>(unit);
}

void TextArena::Remove(Ref ref) {
  const size_t units = Units(Get(ref).size());
  if (free_.size() <= units) {
    free_.resize(units + 1, kNone);
  }
  std::memcpy(At(ref), &free_[units], sizeof(Ref));
  free_[units] = ref;
}

}  // namespace pinion::audience
