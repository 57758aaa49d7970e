// Chunk: a set of 16-bit numbers, the part of a Bitmap below one value of the upper 16 bits. Used
// by Bitmap and UnionBuilder only.
//
// Invariants:
//   1. A chunk of at most kArrayMax members is a sorted array of 16-bit numbers, a larger one
//   kWordsPerChunk words; so
//      equal sets have equal bytes.
//   2. The block behind it is shared by copies and never written while shared (copy on write).
//   3. An empty chunk has no block.
// Copies may be used by different threads, one chunk object by one thread at a time (or by many
// that only read).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "bitmap/word_kernels.h"

namespace pinion::bitmap {

class Chunk {
 public:
  static constexpr uint32_t kArrayMax = 4096;

  Chunk() = default;
  Chunk(const Chunk& other);
  Chunk(Chunk&& other) noexcept
      : block_(std::exchange(other.block_, nullptr)),
        cardinality_(std::exchange(other.cardinality_, 0)) {}
  Chunk& operator=(const Chunk& other);
  Chunk& operator=(Chunk&& other) noexcept;
  ~Chunk() { Release(); }

  // Every number.
  static Chunk Full();
  // The numbers first..last, both included.
  static Chunk Range(uint32_t first, uint32_t last);
  // `values` ascend without repetition.
  static Chunk FromArray(std::span<const uint16_t> values);
  // `cardinality` is the number of bits set in the kWordsPerChunk words.
  static Chunk FromWords(const uint64_t* words, uint32_t cardinality);

  uint32_t cardinality() const { return cardinality_; }
  bool empty() const { return cardinality_ == 0; }
  bool is_dense() const { return cardinality_ > kArrayMax; }
  // Of an array chunk; valid until the chunk changes.
  std::span<const uint16_t> values() const;
  // Of a dense chunk; valid until the chunk changes.
  const uint64_t* words() const;

  bool Contains(uint16_t value) const;
  // True if the set changed.
  bool Add(uint16_t value);
  bool Remove(uint16_t value);
  void And(const Chunk& other);
  void Or(const Chunk& other);
  void AndNot(const Chunk& other);
  uint32_t AndCardinality(const Chunk& other) const;
  // Members below `limit`.
  uint32_t CountBelow(uint32_t limit) const;
  // Sets the bits of the members in kWordsPerChunk words.
  void OrInto(uint64_t* words) const;
  // Writes members >= from, ascending, until `out` is full; returns how many.
  size_t Read(uint32_t from, std::span<uint16_t> out) const;

  bool operator==(const Chunk& other) const;
  size_t MemoryBytes() const;

 private:
  // What precedes the array or the words in memory.
  struct Block {
    std::atomic<uint32_t> references;
    uint32_t bytes;  // of the payload
  };

  static Block* Allocate(size_t payload_bytes);
  static Block* AllocateDense() { return Allocate(kWordsPerChunk * sizeof(uint64_t)); }
  static uint16_t* Array(Block* block) { return reinterpret_cast<uint16_t*>(block + 1); }
  static uint64_t* Words(Block* block) { return reinterpret_cast<uint64_t*>(block + 1); }
  bool IsUnique() const { return block_->references.load(std::memory_order_acquire) == 1; }
  void Release();
  void Adopt(Block* block, uint32_t cardinality);
  // The result of a kernel stored in `block`: becomes an array or nothing if it is small.
  void AdoptWords(Block* block, uint32_t cardinality);
  // Where a kernel may store a dense result: the own block if nobody shares it.
  Block* DenseTarget();
  // Keeps the members of an array chunk for which `keep` holds.
  template <class Keep>
  void FilterArray(const Keep& keep);
  void InsertIntoArray(size_t position, uint16_t value);
  void MakeDense();

  Block* block_ = nullptr;
  uint32_t cardinality_ = 0;
};

}  // namespace pinion::bitmap
