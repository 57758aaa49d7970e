// The bytes of a bitmap; docs/formats/bitmap.md describes them.
#include <array>
#include <bit>
#include <cstring>

#include "bitmap/bitmap.h"

namespace pinion::bitmap {
namespace {

constexpr char kFormatVersion = 1;
constexpr size_t kHeaderBytes = 4;
constexpr size_t kDenseBytes = kWordsPerChunk * sizeof(uint64_t);

void AppendU16(std::string& out, uint32_t value) {
  out.push_back(static_cast<char>(value & 0xFF));
  out.push_back(static_cast<char>((value >> 8) & 0xFF));
}

uint16_t ReadU16(const char* bytes) {
  const auto low = static_cast<uint8_t>(bytes[0]);
  const auto high = static_cast<uint8_t>(bytes[1]);
  return static_cast<uint16_t>(low | (high << 8));
}

[[maybe_unused]] void AppendWord(std::string& out, uint64_t word) {
  for (int shift = 0; shift < 64; shift += 8) {
    out.push_back(static_cast<char>((word >> shift) & 0xFF));
  }
}

uint64_t ReadWord(const char* bytes) {
  uint64_t word = 0;
  for (int i = 7; i >= 0; --i) {
    word = (word << 8) | static_cast<uint8_t>(bytes[i]);
  }
  return word;
}

void AppendWords(std::string& out, const uint64_t* words) {
  if constexpr (std::endian::native == std::endian::little) {
    out.append(reinterpret_cast<const char*>(words), kDenseBytes);
  } else {
    for (size_t i = 0; i < kWordsPerChunk; ++i) {
      AppendWord(out, words[i]);
    }
  }
}

base::Error Damaged() {
  return base::InvalidArgument("These are not the bytes of a bitmap.");
}

base::Result<Chunk> DecodeArray(std::string_view& rest, uint32_t cardinality) {
  if (rest.size() < cardinality * sizeof(uint16_t)) {
    return Damaged();
  }
  std::array<uint16_t, Chunk::kArrayMax> values;
  for (size_t i = 0; i < cardinality; ++i) {
    values[i] = ReadU16(rest.data() + i * sizeof(uint16_t));
    if (i > 0 && values[i] <= values[i - 1]) {
      return Damaged();
    }
  }
  rest.remove_prefix(cardinality * sizeof(uint16_t));
  return Chunk::FromArray({values.data(), cardinality});
}

base::Result<Chunk> DecodeWords(std::string_view& rest, uint32_t cardinality) {
  if (rest.size() < kDenseBytes) {
    return Damaged();
  }
  std::array<uint64_t, kWordsPerChunk> words;
  for (size_t i = 0; i < kWordsPerChunk; ++i) {
    words[i] = ReadWord(rest.data() + i * sizeof(uint64_t));
  }
  if (Kernels().count(words.data()) != cardinality) {
    return Damaged();
  }
  rest.remove_prefix(kDenseBytes);
  return Chunk::FromWords(words.data(), cardinality);
}

base::Result<Chunk> DecodeChunk(std::string_view& rest, uint32_t cardinality) {
  if (cardinality == kBitsPerChunk) {
    return Chunk::Full();
  }
  if (cardinality > Chunk::kArrayMax) {
    return DecodeWords(rest, cardinality);
  }
  return DecodeArray(rest, cardinality);
}

}  // namespace

void Bitmap::AppendTo(std::string& out) const {
  out.push_back(kFormatVersion);
  const auto slots = static_cast<uint32_t>(slots_.size());
  out.push_back(static_cast<char>(slots & 0xFF));
  AppendU16(out, slots >> 8);
  for (const Slot& slot : slots_) {
    const uint32_t cardinality = slot.chunk.cardinality();
    AppendU16(out, slot.key);
    AppendU16(out, cardinality - 1);
    if (cardinality == kBitsPerChunk) {
      continue;
    }
    if (slot.chunk.is_dense()) {
      AppendWords(out, slot.chunk.words());
      continue;
    }
    for (const uint16_t value : slot.chunk.values()) {
      AppendU16(out, value);
    }
  }
}

std::string Bitmap::Serialize() const {
  std::string out;
  AppendTo(out);
  return out;
}

base::Result<Bitmap> Bitmap::Deserialize(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes || bytes[0] != kFormatVersion) {
    return Damaged();
  }
  const uint32_t slots =
      static_cast<uint8_t>(bytes[1]) | (uint32_t{ReadU16(bytes.data() + 2)} << 8);
  std::string_view rest = bytes.substr(kHeaderBytes);
  Bitmap result;
  for (uint32_t i = 0; i < slots; ++i) {
    if (rest.size() < 2 * sizeof(uint16_t)) {
      return Damaged();
    }
    const uint16_t key = ReadU16(rest.data());
    const uint32_t cardinality = uint32_t{ReadU16(rest.data() + sizeof(uint16_t))} + 1;
    if (!result.slots_.empty() && key <= result.slots_.back().key) {
      return Damaged();
    }
    rest.remove_prefix(2 * sizeof(uint16_t));
    PINION_TRY(Chunk chunk, DecodeChunk(rest, cardinality));
    result.slots_.push_back({std::move(chunk), key});
  }
  if (!rest.empty()) {
    return Damaged();
  }
  return result;
}

}  // namespace pinion::bitmap
