// The inner loops of dense chunks: bitwise operations on blocks of kWordsPerChunk words that count
// the bits of their result on the way. Used by chunk.cc and bitmap.cc only. Pure functions; the
// variant that fits the processor is chosen once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pinion::bitmap {

inline constexpr size_t kWordsPerChunk = 1024;
inline constexpr size_t kBitsPerChunk = kWordsPerChunk * 64;

// All pointers are to kWordsPerChunk words; `out` may be one of the inputs. Each returns the number
// of bits set in the result; the Count functions store none.
struct WordKernels {
  uint32_t (*and_store)(const uint64_t* a, const uint64_t* b, uint64_t* out);
  uint32_t (*or_store)(const uint64_t* a, const uint64_t* b, uint64_t* out);
  uint32_t (*and_not_store)(const uint64_t* a, const uint64_t* b, uint64_t* out);
  // The bits that all inputs share; at least one input.
  uint32_t (*and_count)(std::span<const uint64_t* const> inputs);
  uint32_t (*and_not_count)(const uint64_t* a, const uint64_t* b);
  uint32_t (*count)(const uint64_t* a);
};

// For any processor of the architecture.
const WordKernels& PortableKernels();
// The fastest that this processor runs.
const WordKernels& Kernels();

}  // namespace pinion::bitmap
