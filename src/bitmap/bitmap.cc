#include "bitmap/bitmap.h"

#include <algorithm>

#include "base/assert.h"

namespace pinion::bitmap {
namespace {

constexpr uint64_t kOrdinalEnd = uint64_t{1} << 32;

uint16_t HighOf(uint32_t ordinal) {
  return static_cast<uint16_t>(ordinal >> 16);
}
uint16_t LowOf(uint32_t ordinal) {
  return static_cast<uint16_t>(ordinal & 0xFFFF);
}

// Members of all `chunks`; the first has the fewest.
uint64_t SharedCardinality(std::span<const Chunk* const> chunks) {
  if (chunks.front()->is_dense()) {
    std::vector<const uint64_t*> words;
    words.reserve(chunks.size());
    for (const Chunk* chunk : chunks) {
      words.push_back(chunk->words());
    }
    return Kernels().and_count(words);
  }
  uint64_t shared = 0;
  for (const uint16_t value : chunks.front()->values()) {
    const auto others = chunks.subspan(1);
    shared += std::all_of(others.begin(),
                          others.end(),
                          [value](const Chunk* other) { return other->Contains(value); })
                  ? 1
                  : 0;
  }
  return shared;
}

}  // namespace

Bitmap::Bitmap(std::initializer_list<uint32_t> ordinals) {
  for (const uint32_t ordinal : ordinals) {
    Add(ordinal);
  }
}

Bitmap Bitmap::Range(uint64_t first, uint64_t end) {
  PINION_ASSERT(end <= kOrdinalEnd);
  Bitmap result;
  if (first >= end) {
    return result;
  }
  const Chunk full = Chunk::Full();
  const uint64_t last = end - 1;
  for (uint64_t key = first >> 16; key <= last >> 16; ++key) {
    const auto from = static_cast<uint32_t>(key == first >> 16 ? first & 0xFFFF : 0);
    const auto to = static_cast<uint32_t>(key == last >> 16 ? last & 0xFFFF : kBitsPerChunk - 1);
    const bool whole = from == 0 && to == kBitsPerChunk - 1;
    result.slots_.push_back({whole ? full : Chunk::Range(from, to), static_cast<uint16_t>(key)});
  }
  return result;
}

Bitmap Bitmap::FromSorted(std::span<const uint32_t> ordinals) {
  Bitmap result;
  std::vector<uint16_t> lows;
  for (size_t i = 0; i < ordinals.size();) {
    const uint16_t key = HighOf(ordinals[i]);
    lows.clear();
    for (; i < ordinals.size() && HighOf(ordinals[i]) == key; ++i) {
      lows.push_back(LowOf(ordinals[i]));
    }
    result.slots_.push_back({Chunk::FromArray(lows), key});
  }
  return result;
}

Bitmap::Slots::const_iterator Bitmap::LowerBound(uint16_t key) const {
  // Ordinals mostly arrive in ascending order.
  if (!slots_.empty() && slots_.back().key == key) {
    return slots_.end() - 1;
  }
  return std::lower_bound(
      slots_.begin(), slots_.end(), key, [](const Slot& slot, uint16_t k) { return slot.key < k; });
}

const Chunk* Bitmap::FindChunk(uint16_t key) const {
  const auto slot = LowerBound(key);
  return slot != slots_.end() && slot->key == key ? &slot->chunk : nullptr;
}

Chunk& Bitmap::ChunkFor(uint16_t key) {
  const auto place = slots_.begin() + (LowerBound(key) - slots_.cbegin());
  if (place != slots_.end() && place->key == key) {
    return place->chunk;
  }
  return slots_.insert(place, Slot{Chunk(), key})->chunk;
}

bool Bitmap::Contains(uint32_t ordinal) const {
  const Chunk* chunk = FindChunk(HighOf(ordinal));
  return chunk != nullptr && chunk->Contains(LowOf(ordinal));
}

bool Bitmap::Add(uint32_t ordinal) {
  return ChunkFor(HighOf(ordinal)).Add(LowOf(ordinal));
}

bool Bitmap::Remove(uint32_t ordinal) {
  const uint16_t key = HighOf(ordinal);
  const auto place = slots_.begin() + (LowerBound(key) - slots_.cbegin());
  if (place == slots_.end() || place->key != key || !place->chunk.Remove(LowOf(ordinal))) {
    return false;
  }
  if (place->chunk.empty()) {
    slots_.erase(place);
  }
  return true;
}

uint64_t Bitmap::Cardinality() const {
  uint64_t total = 0;
  for (const Slot& slot : slots_) {
    total += slot.chunk.cardinality();
  }
  return total;
}

std::optional<uint32_t> Bitmap::Min() const {
  return NextFrom(0);
}

std::optional<uint32_t> Bitmap::Max() const {
  if (slots_.empty()) {
    return std::nullopt;
  }
  const Slot& slot = slots_.back();
  const uint32_t high = static_cast<uint32_t>(slot.key) << 16;
  if (!slot.chunk.is_dense()) {
    return high | slot.chunk.values().back();
  }
  size_t word = kWordsPerChunk - 1;
  while (slot.chunk.words()[word] == 0) {
    --word;
  }
  const auto bit = 63 - static_cast<uint32_t>(__builtin_clzll(slot.chunk.words()[word]));
  return high | (static_cast<uint32_t>(word) * 64 + bit);
}

uint64_t Bitmap::Rank(uint32_t ordinal) const {
  uint64_t below = 0;
  for (const Slot& slot : slots_) {
    if (slot.key > HighOf(ordinal)) {
      break;
    }
    const uint32_t limit = slot.key == HighOf(ordinal) ? LowOf(ordinal) : kBitsPerChunk;
    below += slot.chunk.CountBelow(limit);
  }
  return below;
}

Bitmap& Bitmap::operator&=(const Bitmap& other) {
  Slots kept;
  auto theirs = other.slots_.begin();
  for (Slot& slot : slots_) {
    while (theirs != other.slots_.end() && theirs->key < slot.key) {
      ++theirs;
    }
    if (theirs == other.slots_.end()) {
      break;
    }
    if (theirs->key != slot.key) {
      continue;
    }
    slot.chunk.And(theirs->chunk);
    if (!slot.chunk.empty()) {
      kept.push_back(std::move(slot));
    }
  }
  slots_ = std::move(kept);
  return *this;
}

Bitmap& Bitmap::operator|=(const Bitmap& other) {
  if (this == &other) {
    return *this;
  }
  Slots merged;
  merged.reserve(std::max(slots_.size(), other.slots_.size()));
  auto mine = slots_.begin();
  auto theirs = other.slots_.begin();
  while (mine != slots_.end() || theirs != other.slots_.end()) {
    if (theirs == other.slots_.end() || (mine != slots_.end() && mine->key < theirs->key)) {
      merged.push_back(std::move(*mine++));
    } else if (mine == slots_.end() || theirs->key < mine->key) {
      merged.push_back(*theirs++);
    } else {
      mine->chunk.Or(theirs->chunk);
      merged.push_back(std::move(*mine++));
      ++theirs;
    }
  }
  slots_ = std::move(merged);
  return *this;
}

Bitmap& Bitmap::operator-=(const Bitmap& other) {
  if (this == &other) {
    slots_.clear();
    return *this;
  }
  auto theirs = other.slots_.begin();
  for (Slot& slot : slots_) {
    while (theirs != other.slots_.end() && theirs->key < slot.key) {
      ++theirs;
    }
    if (theirs != other.slots_.end() && theirs->key == slot.key) {
      slot.chunk.AndNot(theirs->chunk);
    }
  }
  std::erase_if(slots_, [](const Slot& slot) { return slot.chunk.empty(); });
  return *this;
}

uint64_t Bitmap::IntersectionCardinality(std::span<const Bitmap* const> sets) {
  PINION_ASSERT(!sets.empty());
  const Bitmap& fewest =
      **std::min_element(sets.begin(), sets.end(), [](const Bitmap* a, const Bitmap* b) {
        return a->slots_.size() < b->slots_.size();
      });
  uint64_t total = 0;
  std::vector<const Chunk*> chunks(sets.size());
  for (const Slot& slot : fewest.slots_) {
    for (size_t i = 0; i < sets.size(); ++i) {
      chunks[i] = sets[i]->FindChunk(slot.key);
    }
    if (std::find(chunks.begin(), chunks.end(), nullptr) != chunks.end()) {
      continue;
    }
    std::swap(chunks.front(),
              *std::min_element(chunks.begin(), chunks.end(), [](const Chunk* a, const Chunk* b) {
                return a->cardinality() < b->cardinality();
              }));
    total += SharedCardinality(chunks);
  }
  return total;
}

bool Bitmap::Intersects(const Bitmap& other) const {
  return std::any_of(slots_.begin(), slots_.end(), [&other](const Slot& slot) {
    const Chunk* theirs = other.FindChunk(slot.key);
    return theirs != nullptr && slot.chunk.AndCardinality(*theirs) != 0;
  });
}

std::optional<uint32_t> Bitmap::NextFrom(uint32_t from) const {
  std::array<uint32_t, 1> out;
  if (Read(from, out) == 0) {
    return std::nullopt;
  }
  return out[0];
}

size_t Bitmap::Read(uint32_t from, std::span<uint32_t> out) const {
  std::array<uint16_t, kReadBlock> lows;
  size_t written = 0;
  auto slot = LowerBound(HighOf(from));
  uint32_t low_from = slot != slots_.end() && slot->key == HighOf(from) ? LowOf(from) : 0;
  while (slot != slots_.end() && written < out.size()) {
    const size_t wanted = std::min(lows.size(), out.size() - written);
    const size_t count = slot->chunk.Read(low_from, std::span(lows).first(wanted));
    const uint32_t high = static_cast<uint32_t>(slot->key) << 16;
    for (size_t i = 0; i < count; ++i) {
      out[written++] = high | lows[i];
    }
    if (count == wanted && count > 0) {
      low_from = uint32_t{lows[count - 1]} + 1;
    } else {
      ++slot;
      low_from = 0;
    }
  }
  return written;
}

size_t Bitmap::MemoryBytes() const {
  size_t bytes = slots_.capacity() * sizeof(Slot);
  for (const Slot& slot : slots_) {
    bytes += slot.chunk.MemoryBytes();
  }
  return bytes;
}

}  // namespace pinion::bitmap
