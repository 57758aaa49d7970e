#include "bitmap/word_kernels.h"

// The loops are written once as inlined templates; each wrapper below compiles them for another
// instruction set.
#define PINION_INLINE [[gnu::always_inline]] inline

namespace pinion::bitmap {
namespace {

PINION_INLINE uint32_t CountBits(uint64_t word) {
  return static_cast<uint32_t>(__builtin_popcountll(word));
}

struct AndOp {
  PINION_INLINE static uint64_t Of(uint64_t a, uint64_t b) { return a & b; }
};
struct OrOp {
  PINION_INLINE static uint64_t Of(uint64_t a, uint64_t b) { return a | b; }
};
struct AndNotOp {
  PINION_INLINE static uint64_t Of(uint64_t a, uint64_t b) { return a & ~b; }
};

template <class Op>
PINION_INLINE uint32_t StoreLoop(const uint64_t* a, const uint64_t* b, uint64_t* out) {
  uint32_t bits = 0;
  for (size_t i = 0; i < kWordsPerChunk; ++i) {
    const uint64_t word = Op::Of(a[i], b[i]);
    out[i] = word;
    bits += CountBits(word);
  }
  return bits;
}

template <class Op>
PINION_INLINE uint32_t CountLoop(const uint64_t* a, const uint64_t* b) {
  uint32_t bits = 0;
  for (size_t i = 0; i < kWordsPerChunk; ++i) {
    bits += CountBits(Op::Of(a[i], b[i]));
  }
  return bits;
}

PINION_INLINE uint32_t SingleLoop(const uint64_t* a) {
  uint32_t bits = 0;
  for (size_t i = 0; i < kWordsPerChunk; ++i) {
    bits += CountBits(a[i]);
  }
  return bits;
}

template <size_t kInputs>
PINION_INLINE uint32_t AndFixed(const uint64_t* const* inputs) {
  uint32_t bits = 0;
  for (size_t i = 0; i < kWordsPerChunk; ++i) {
    uint64_t word = inputs[0][i];
    for (size_t k = 1; k < kInputs; ++k) {
      word &= inputs[k][i];
    }
    bits += CountBits(word);
  }
  return bits;
}

PINION_INLINE uint32_t AndMany(std::span<const uint64_t* const> inputs) {
  uint32_t bits = 0;
  for (size_t i = 0; i < kWordsPerChunk; ++i) {
    uint64_t word = inputs[0][i];
    for (size_t k = 1; k < inputs.size(); ++k) {
      word &= inputs[k][i];
    }
    bits += CountBits(word);
  }
  return bits;
}

PINION_INLINE uint32_t AndLoop(std::span<const uint64_t* const> inputs) {
  switch (inputs.size()) {
    case 1:
      return AndFixed<1>(inputs.data());
    case 2:
      return AndFixed<2>(inputs.data());
    case 3:
      return AndFixed<3>(inputs.data());
    case 4:
      return AndFixed<4>(inputs.data());
    case 5:
      return AndFixed<5>(inputs.data());
    default:
      return AndMany(inputs);
  }
}

// A table of wrappers, compiled for the instruction set that `attributes` names.
#define PINION_KERNEL_TABLE(name, attributes)                                                    \
  struct name {                                                                                  \
    attributes static uint32_t And(const uint64_t* a, const uint64_t* b, uint64_t* o) {          \
      return StoreLoop<AndOp>(a, b, o);                                                          \
    }                                                                                            \
    attributes static uint32_t Or(const uint64_t* a, const uint64_t* b, uint64_t* o) {           \
      return StoreLoop<OrOp>(a, b, o);                                                           \
    }                                                                                            \
    attributes static uint32_t AndNot(const uint64_t* a, const uint64_t* b, uint64_t* o) {       \
      return StoreLoop<AndNotOp>(a, b, o);                                                       \
    }                                                                                            \
    attributes static uint32_t AndCount(std::span<const uint64_t* const> inputs) {               \
      return AndLoop(inputs);                                                                    \
    }                                                                                            \
    attributes static uint32_t AndNotCount(const uint64_t* a, const uint64_t* b) {               \
      return CountLoop<AndNotOp>(a, b);                                                          \
    }                                                                                            \
    attributes static uint32_t Count(const uint64_t* a) { return SingleLoop(a); }                \
    static constexpr WordKernels kTable = {&And, &Or, &AndNot, &AndCount, &AndNotCount, &Count}; \
  };

PINION_KERNEL_TABLE(Portable, )

#if defined(__x86_64__)
PINION_KERNEL_TABLE(Avx2, [[gnu::target("avx2,popcnt")]])

const WordKernels& Choose() {
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt");
  return has_avx2 ? Avx2::kTable : Portable::kTable;
}
#else
const WordKernels& Choose() {
  return Portable::kTable;
}
#endif

}  // namespace

const WordKernels& PortableKernels() {
  return Portable::kTable;
}

const WordKernels& Kernels() {
  static const WordKernels& chosen = Choose();
  return chosen;
}

}  // namespace pinion::bitmap
