#include "bitmap/chunk.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

#include "base/assert.h"

namespace pinion::bitmap {
namespace {

constexpr size_t kWordBytes = kWordsPerChunk * sizeof(uint64_t);
// Arrays grow by half so that ascending insertion costs constant time.
constexpr size_t kArrayMin = 4;

bool TestBit(const uint64_t* words, uint16_t value) {
  return ((words[value >> 6] >> (value & 63)) & 1) != 0;
}

void SetBit(uint64_t* words, uint16_t value) {
  words[value >> 6] |= uint64_t{1} << (value & 63);
}

// Sets the bits first..last.
void SetRange(uint64_t* words, uint32_t first, uint32_t last) {
  const uint64_t head = ~uint64_t{0} << (first & 63);
  const uint64_t tail = ~uint64_t{0} >> (63 - (last & 63));
  const size_t first_word = first >> 6;
  const size_t last_word = last >> 6;
  if (first_word == last_word) {
    words[first_word] |= head & tail;
    return;
  }
  words[first_word] |= head;
  for (size_t i = first_word + 1; i < last_word; ++i) {
    words[i] = ~uint64_t{0};
  }
  words[last_word] |= tail;
}

// Calls `visit(value)` for each set bit, ascending.
template <class Visit>
void ForEachBit(const uint64_t* words, const Visit& visit) {
  for (size_t i = 0; i < kWordsPerChunk; ++i) {
    for (uint64_t word = words[i]; word != 0; word &= word - 1) {
      visit(static_cast<uint16_t>(i * 64 + static_cast<size_t>(__builtin_ctzll(word))));
    }
  }
}

}  // namespace

Chunk::Block* Chunk::Allocate(size_t payload_bytes) {
  void* memory = ::operator new(sizeof(Block) + payload_bytes);
  return new (memory) Block{{1}, static_cast<uint32_t>(payload_bytes)};
}

void Chunk::Release() {
  if (block_ == nullptr) {
    return;
  }
  // The acquire half makes the other owners' reads happen before the memory is given back.
  if (block_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    block_->~Block();
    ::operator delete(block_);
  }
  block_ = nullptr;
  cardinality_ = 0;
}

Chunk::Chunk(const Chunk& other) : block_(other.block_), cardinality_(other.cardinality_) {
  if (block_ != nullptr) {
    block_->references.fetch_add(1, std::memory_order_relaxed);
  }
}

Chunk& Chunk::operator=(const Chunk& other) {
  if (this != &other) {
    *this = Chunk(other);
  }
  return *this;
}

Chunk& Chunk::operator=(Chunk&& other) noexcept {
  if (this != &other) {
    Release();
    block_ = std::exchange(other.block_, nullptr);
    cardinality_ = std::exchange(other.cardinality_, 0);
  }
  return *this;
}

void Chunk::Adopt(Block* block, uint32_t cardinality) {
  if (block != block_) {
    Release();
    block_ = block;
  }
  cardinality_ = cardinality;
}

void Chunk::AdoptWords(Block* block, uint32_t cardinality) {
  Adopt(block, cardinality);
  if (cardinality > kArrayMax) {
    return;
  }
  if (cardinality == 0) {
    Release();
    return;
  }
  Block* array = Allocate(cardinality * sizeof(uint16_t));
  uint16_t* out = Array(array);
  ForEachBit(Words(block), [&out](uint16_t value) { *out++ = value; });
  Adopt(array, cardinality);
}

Chunk Chunk::Full() {
  return Range(0, kBitsPerChunk - 1);
}

Chunk Chunk::Range(uint32_t first, uint32_t last) {
  PINION_ASSERT(first <= last && last < kBitsPerChunk);
  Chunk chunk;
  Block* block = AllocateDense();
  std::memset(Words(block), 0, kWordBytes);
  SetRange(Words(block), first, last);
  chunk.AdoptWords(block, last - first + 1);
  return chunk;
}

Chunk Chunk::FromArray(std::span<const uint16_t> values) {
  Chunk chunk;
  if (values.empty()) {
    return chunk;
  }
  const auto cardinality = static_cast<uint32_t>(values.size());
  if (values.size() <= kArrayMax) {
    Block* block = Allocate(values.size_bytes());
    std::memcpy(Array(block), values.data(), values.size_bytes());
    chunk.Adopt(block, cardinality);
    return chunk;
  }
  Block* block = AllocateDense();
  std::memset(Words(block), 0, kWordBytes);
  for (const uint16_t value : values) {
    SetBit(Words(block), value);
  }
  chunk.Adopt(block, cardinality);
  return chunk;
}

Chunk Chunk::FromWords(const uint64_t* words, uint32_t cardinality) {
  Chunk chunk;
  if (cardinality == 0) {
    return chunk;
  }
  if (cardinality > kArrayMax) {
    Block* block = AllocateDense();
    std::memcpy(Words(block), words, kWordBytes);
    chunk.Adopt(block, cardinality);
    return chunk;
  }
  Block* block = Allocate(cardinality * sizeof(uint16_t));
  uint16_t* out = Array(block);
  ForEachBit(words, [&out](uint16_t value) { *out++ = value; });
  chunk.Adopt(block, cardinality);
  return chunk;
}

std::span<const uint16_t> Chunk::values() const {
  PINION_ASSERT(!is_dense());
  if (empty()) {
    return {};
  }
  return {Array(block_), cardinality_};
}

const uint64_t* Chunk::words() const {
  PINION_ASSERT(is_dense());
  return Words(block_);
}

bool Chunk::Contains(uint16_t value) const {
  if (is_dense()) {
    return TestBit(Words(block_), value);
  }
  const auto array = values();
  return std::binary_search(array.begin(), array.end(), value);
}

void Chunk::MakeDense() {
  Block* block = AllocateDense();
  std::memset(Words(block), 0, kWordBytes);
  OrInto(Words(block));
  Adopt(block, cardinality_);
}

bool Chunk::Add(uint16_t value) {
  if (is_dense()) {
    if (TestBit(Words(block_), value)) {
      return false;
    }
    if (!IsUnique()) {
      MakeDense();
    }
    SetBit(Words(block_), value);
    ++cardinality_;
    return true;
  }
  const auto array = values();
  auto place = array.end();
  if (!array.empty() && array.back() >= value) {
    place = std::lower_bound(array.begin(), array.end(), value);
    if (*place == value) {
      return false;
    }
  }
  if (cardinality_ == kArrayMax) {
    MakeDense();
    SetBit(Words(block_), value);
    ++cardinality_;
    return true;
  }
  InsertIntoArray(static_cast<size_t>(place - array.begin()), value);
  return true;
}

void Chunk::InsertIntoArray(size_t position, uint16_t value) {
  const size_t size = cardinality_;
  if (block_ != nullptr && IsUnique() && (size + 1) * sizeof(uint16_t) <= block_->bytes) {
    uint16_t* array = Array(block_);
    std::memmove(array + position + 1, array + position, (size - position) * sizeof(uint16_t));
    array[position] = value;
    ++cardinality_;
    return;
  }
  const size_t capacity = std::min<size_t>(std::max(kArrayMin, size + size / 2 + 1), kArrayMax);
  Block* block = Allocate(capacity * sizeof(uint16_t));
  uint16_t* array = Array(block);
  const auto old = values();
  std::copy(old.begin(), old.begin() + static_cast<std::ptrdiff_t>(position), array);
  array[position] = value;
  std::copy(old.begin() + static_cast<std::ptrdiff_t>(position), old.end(), array + position + 1);
  Adopt(block, cardinality_ + 1);
}

bool Chunk::Remove(uint16_t value) {
  if (!Contains(value)) {
    return false;
  }
  if (!is_dense()) {
    FilterArray([value](uint16_t member) { return member != value; });
    return true;
  }
  if (!IsUnique()) {
    MakeDense();
  }
  Words(block_)[value >> 6] &= ~(uint64_t{1} << (value & 63));
  AdoptWords(block_, cardinality_ - 1);
  return true;
}

template <class Keep>
void Chunk::FilterArray(const Keep& keep) {
  if (empty()) {
    return;
  }
  const auto old = values();
  Block* block = IsUnique() ? block_ : Allocate(old.size_bytes());
  uint16_t* out = Array(block);
  for (const uint16_t value : old) {
    if (keep(value)) {
      *out++ = value;
    }
  }
  const auto kept = static_cast<uint32_t>(out - Array(block));
  Adopt(block, kept);
  if (kept == 0) {
    Release();
  }
}

Chunk::Block* Chunk::DenseTarget() {
  return is_dense() && IsUnique() ? block_ : AllocateDense();
}

void Chunk::And(const Chunk& other) {
  if (block_ == other.block_) {
    return;
  }
  if (!is_dense()) {
    FilterArray([&other](uint16_t value) { return other.Contains(value); });
    return;
  }
  if (!other.is_dense()) {
    Chunk smaller = other;
    smaller.FilterArray([this](uint16_t value) { return TestBit(Words(block_), value); });
    *this = std::move(smaller);
    return;
  }
  Block* target = DenseTarget();
  const uint32_t bits = Kernels().and_store(Words(block_), Words(other.block_), Words(target));
  AdoptWords(target, bits);
}

void Chunk::Or(const Chunk& other) {
  if (block_ == other.block_ || other.empty()) {
    return;
  }
  if (empty()) {
    *this = other;
    return;
  }
  if (is_dense() && other.is_dense()) {
    Block* target = DenseTarget();
    const uint32_t bits = Kernels().or_store(Words(block_), Words(other.block_), Words(target));
    Adopt(target, bits);
    return;
  }
  if (is_dense()) {
    for (const uint16_t value : other.values()) {
      Add(value);
    }
    return;
  }
  if (other.is_dense()) {
    Chunk larger = other;
    larger.Or(*this);
    *this = std::move(larger);
    return;
  }
  std::array<uint16_t, 2 * kArrayMax> merged;
  const auto mine = values();
  const auto theirs = other.values();
  const auto end =
      std::set_union(mine.begin(), mine.end(), theirs.begin(), theirs.end(), merged.begin());
  *this = FromArray({merged.data(), static_cast<size_t>(end - merged.begin())});
}

void Chunk::AndNot(const Chunk& other) {
  if (block_ == other.block_) {
    Release();
    return;
  }
  if (empty() || other.empty()) {
    return;
  }
  if (!is_dense()) {
    FilterArray([&other](uint16_t value) { return !other.Contains(value); });
    return;
  }
  if (other.is_dense()) {
    Block* target = DenseTarget();
    const uint32_t bits =
        Kernels().and_not_store(Words(block_), Words(other.block_), Words(target));
    AdoptWords(target, bits);
    return;
  }
  if (!IsUnique()) {
    MakeDense();
  }
  uint32_t bits = cardinality_;
  for (const uint16_t value : other.values()) {
    bits -= TestBit(Words(block_), value) ? 1 : 0;
    Words(block_)[value >> 6] &= ~(uint64_t{1} << (value & 63));
  }
  AdoptWords(block_, bits);
}

uint32_t Chunk::AndCardinality(const Chunk& other) const {
  if (is_dense() && other.is_dense()) {
    const std::array<const uint64_t*, 2> inputs = {words(), other.words()};
    return Kernels().and_count(inputs);
  }
  const Chunk& smaller = cardinality_ <= other.cardinality_ ? *this : other;
  const Chunk& larger = cardinality_ <= other.cardinality_ ? other : *this;
  uint32_t bits = 0;
  for (const uint16_t value : smaller.values()) {
    bits += larger.Contains(value) ? 1 : 0;
  }
  return bits;
}

uint32_t Chunk::CountBelow(uint32_t limit) const {
  if (limit >= kBitsPerChunk) {
    return cardinality_;
  }
  if (!is_dense()) {
    const auto array = values();
    return static_cast<uint32_t>(std::lower_bound(array.begin(), array.end(), limit) -
                                 array.begin());
  }
  uint32_t bits = 0;
  for (size_t i = 0; i < limit >> 6; ++i) {
    bits += static_cast<uint32_t>(__builtin_popcountll(Words(block_)[i]));
  }
  const uint64_t below = (uint64_t{1} << (limit & 63)) - 1;
  return bits + static_cast<uint32_t>(__builtin_popcountll(Words(block_)[limit >> 6] & below));
}

void Chunk::OrInto(uint64_t* words) const {
  if (is_dense()) {
    Kernels().or_store(words, Words(block_), words);
    return;
  }
  for (const uint16_t value : values()) {
    SetBit(words, value);
  }
}

size_t Chunk::Read(uint32_t from, std::span<uint16_t> out) const {
  if (from >= kBitsPerChunk) {
    return 0;
  }
  if (!is_dense()) {
    const auto array = values();
    const auto first = std::lower_bound(array.begin(), array.end(), from);
    const size_t count = std::min(out.size(), static_cast<size_t>(array.end() - first));
    std::copy_n(first, count, out.begin());
    return count;
  }
  size_t count = 0;
  uint64_t mask = ~uint64_t{0} << (from & 63);
  for (size_t i = from >> 6; i < kWordsPerChunk && count < out.size(); ++i) {
    for (uint64_t word = Words(block_)[i] & mask; word != 0 && count < out.size();
         word &= word - 1) {
      out[count++] = static_cast<uint16_t>(i * 64 + static_cast<size_t>(__builtin_ctzll(word)));
    }
    mask = ~uint64_t{0};
  }
  return count;
}

bool Chunk::operator==(const Chunk& other) const {
  if (cardinality_ != other.cardinality_) {
    return false;
  }
  if (block_ == other.block_) {
    return true;
  }
  const size_t bytes = is_dense() ? kWordBytes : cardinality_ * sizeof(uint16_t);
  return std::memcmp(block_ + 1, other.block_ + 1, bytes) == 0;
}

size_t Chunk::MemoryBytes() const {
  return block_ == nullptr ? 0 : sizeof(Block) + block_->bytes;
}

}  // namespace pinion::bitmap
