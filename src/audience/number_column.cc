#include "audience/number_column.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "bitmap/union_builder.h"

namespace pinion::audience {
namespace {

constexpr size_t kRows = bitmap::kBitsPerChunk;
// A list of this many values takes as much memory as a third of an array, and inserting into it
// moves 80 KB at most.
constexpr size_t kListMax = 16384;
constexpr size_t kBoundsMax = 127;
constexpr uint8_t kAbsent = 255;
// How many values the bounds are chosen from.
constexpr size_t kSampleMax = 4096;
// Bounds chosen for values that have been replaced since may not fit the new ones.
constexpr size_t kWritesPerBounds = 32768;

// Code 2i+1 stands for the value bounds[i], code 2i for the values between bounds[i-1] and
// bounds[i].
struct Codes {
  std::array<double, kBoundsMax> bounds;
  size_t count = 0;

  size_t Below(double value) const {
    return static_cast<size_t>(std::lower_bound(bounds.begin(),
                                                bounds.begin() + static_cast<std::ptrdiff_t>(count),
                                                value) -
                               bounds.begin());
  }
  bool IsBound(size_t index, double value) const { return index < count && bounds[index] == value; }
  uint8_t CodeOf(double value) const {
    const size_t below = Below(value);
    return static_cast<uint8_t>(2 * below + (IsBound(below, value) ? 1 : 0));
  }
};

// What the codes say about low <= value <= high: those from..to are sure, the other two need a look
// at the value.
struct CodeRange {
  int from = 0;
  int to = 0;
  uint8_t low_code = 0;
  uint8_t high_code = 0;

  CodeRange(const Codes& codes, double low, double high) {
    low_code = codes.CodeOf(low);
    high_code = codes.CodeOf(high);
    from = (low_code & 1) != 0 ? low_code : low_code + 1;
    to = (high_code & 1) != 0 ? high_code : high_code - 1;
    // Without a limit there is nothing to look at.
    from = std::isinf(low) ? 0 : from;
    to = std::isinf(high) ? kAbsent - 1 : to;
  }
};

// For the 64 codes at `codes`: one bit per code, set if it is sure, and if the value has to be
// looked at.
struct Verdict {
  uint64_t sure = 0;
  uint64_t open = 0;
};

#if defined(__SSE2__)
Verdict Judge(const uint8_t* codes, const CodeRange& range) {
  const __m128i from = _mm_set1_epi8(static_cast<char>(range.from));
  const __m128i span = _mm_set1_epi8(static_cast<char>(range.to - range.from));
  const __m128i low = _mm_set1_epi8(static_cast<char>(range.low_code));
  const __m128i high = _mm_set1_epi8(static_cast<char>(range.high_code));
  const bool none_sure = range.from > range.to;
  Verdict verdict;
  for (int part = 0; part < 4; ++part) {
    const __m128i code = _mm_loadu_si128(reinterpret_cast<const __m128i*>(codes + part * 16));
    // Unsigned code - from <= to - from, by way of the minimum.
    const __m128i offset = _mm_sub_epi8(code, from);
    const __m128i inside = _mm_cmpeq_epi8(_mm_min_epu8(offset, span), offset);
    const __m128i edge = _mm_or_si128(_mm_cmpeq_epi8(code, low), _mm_cmpeq_epi8(code, high));
    const auto sure = static_cast<uint16_t>(none_sure ? 0 : _mm_movemask_epi8(inside));
    const auto open = static_cast<uint16_t>(_mm_movemask_epi8(edge));
    verdict.sure |= uint64_t{sure} << (part * 16);
    verdict.open |= uint64_t{open} << (part * 16);
  }
  verdict.open &= ~verdict.sure;
  return verdict;
}
#else
Verdict Judge(const uint8_t* codes, const CodeRange& range) {
  Verdict verdict;
  for (size_t i = 0; i < 64; ++i) {
    const bool sure = codes[i] >= range.from && codes[i] <= range.to;
    const bool open = !sure && (codes[i] == range.low_code || codes[i] == range.high_code);
    verdict.sure |= uint64_t{sure} << i;
    verdict.open |= uint64_t{open} << i;
  }
  return verdict;
}
#endif

}  // namespace

struct NumberColumn::Chunk {
  struct Array {
    std::array<double, kRows> values;
    std::array<uint8_t, kRows> codes;
    Codes code_table;
    size_t writes = 0;
  };

  // Ascending rows and their values, while `array` is null.
  std::vector<uint16_t> rows;
  std::vector<double> values;
  std::unique_ptr<Array> array;

  std::optional<double> Get(uint16_t row) const;
  void Set(uint16_t row, double value);
  void Clear(uint16_t row);
  void Select(double low, double high, uint64_t* words) const;
  size_t MemoryBytes() const;

 private:
  void SetInList(uint16_t row, double value);
  void MakeArray();
  void ChooseCodes();
};

std::optional<double> NumberColumn::Chunk::Get(uint16_t row) const {
  if (array != nullptr) {
    return array->codes[row] == kAbsent ? std::nullopt : std::optional(array->values[row]);
  }
  const auto place = std::lower_bound(rows.begin(), rows.end(), row);
  if (place == rows.end() || *place != row) {
    return std::nullopt;
  }
  return values[static_cast<size_t>(place - rows.begin())];
}

void NumberColumn::Chunk::Set(uint16_t row, double value) {
  if (array == nullptr && rows.size() < kListMax) {
    SetInList(row, value);
    return;
  }
  if (array == nullptr) {
    MakeArray();
  }
  array->values[row] = value;
  array->codes[row] = array->code_table.CodeOf(value);
  if (++array->writes >= kWritesPerBounds) {
    ChooseCodes();
  }
}

void NumberColumn::Chunk::SetInList(uint16_t row, double value) {
  const auto place = rows.empty() || rows.back() < row
                         ? rows.end()
                         : std::lower_bound(rows.begin(), rows.end(), row);
  const auto value_place = values.begin() + (place - rows.begin());
  if (place != rows.end() && *place == row) {
    *value_place = value;
    return;
  }
  rows.insert(place, row);
  values.insert(value_place, value);
}

void NumberColumn::Chunk::MakeArray() {
  array = std::make_unique<Array>();
  array->codes.fill(kAbsent);
  for (size_t i = 0; i < rows.size(); ++i) {
    array->values[rows[i]] = values[i];
    array->codes[rows[i]] = 0;
  }
  rows = {};
  values = {};
  ChooseCodes();
}

void NumberColumn::Chunk::ChooseCodes() {
  std::vector<double> present;
  for (size_t row = 0; row < kRows; ++row) {
    if (array->codes[row] != kAbsent) {
      present.push_back(array->values[row]);
    }
  }
  std::vector<double> sample;
  const size_t step = present.size() / kSampleMax + 1;
  for (size_t i = 0; i < present.size(); i += step) {
    sample.push_back(present[i]);
  }
  std::sort(sample.begin(), sample.end());
  Codes& table = array->code_table;
  table.count = 0;
  for (size_t i = 0; i < kBoundsMax && !sample.empty(); ++i) {
    const double bound = sample[i * (sample.size() - 1) / (kBoundsMax - 1)];
    if (table.count == 0 || table.bounds[table.count - 1] < bound) {
      table.bounds[table.count++] = bound;
    }
  }
  for (size_t row = 0; row < kRows; ++row) {
    if (array->codes[row] != kAbsent) {
      array->codes[row] = table.CodeOf(array->values[row]);
    }
  }
  array->writes = 0;
}

void NumberColumn::Chunk::Clear(uint16_t row) {
  if (array != nullptr) {
    array->codes[row] = kAbsent;
    return;
  }
  const auto place = std::lower_bound(rows.begin(), rows.end(), row);
  if (place != rows.end() && *place == row) {
    values.erase(values.begin() + (place - rows.begin()));
    rows.erase(place);
  }
}

// Sets the bits of the rows with low <= value <= high.
void NumberColumn::Chunk::Select(double low, double high, uint64_t* words) const {
  if (array == nullptr) {
    for (size_t i = 0; i < rows.size(); ++i) {
      const bool fits = values[i] >= low && values[i] <= high;
      words[rows[i] >> 6] |= uint64_t{fits} << (rows[i] & 63);
    }
    return;
  }
  const CodeRange range(array->code_table, low, high);
  // The values to look at are collected first and read in a loop of their own, since reading them
  // waits for memory.
  std::array<uint16_t, 1024> open;
  size_t open_count = 0;
  const auto look = [&] {
    for (size_t i = 0; i < open_count; ++i) {
      const double value = array->values[open[i]];
      words[open[i] >> 6] |= uint64_t{value >= low && value <= high} << (open[i] & 63);
    }
    open_count = 0;
  };
  for (size_t word = 0; word < bitmap::kWordsPerChunk; ++word) {
    Verdict verdict = Judge(array->codes.data() + word * 64, range);
    words[word] |= verdict.sure;
    for (; verdict.open != 0; verdict.open &= verdict.open - 1) {
      const auto bit = static_cast<size_t>(__builtin_ctzll(verdict.open));
      open[open_count++] = static_cast<uint16_t>(word * 64 + bit);
    }
    if (open_count > open.size() - 64) {
      look();
    }
  }
  look();
}

size_t NumberColumn::Chunk::MemoryBytes() const {
  return sizeof(Chunk) + rows.capacity() * sizeof(uint16_t) + values.capacity() * sizeof(double) +
         (array != nullptr ? sizeof(Array) : 0);
}

NumberColumn::NumberColumn() = default;
NumberColumn::~NumberColumn() = default;

NumberColumn::Chunk* NumberColumn::FindChunk(uint32_t ordinal) const {
  const size_t key = ordinal >> 16;
  return key < chunks_.size() ? chunks_[key].get() : nullptr;
}

std::optional<double> NumberColumn::Get(uint32_t ordinal) const {
  const Chunk* chunk = FindChunk(ordinal);
  return chunk == nullptr ? std::nullopt : chunk->Get(static_cast<uint16_t>(ordinal & 0xFFFF));
}

void NumberColumn::Set(uint32_t ordinal, double value) {
  const size_t key = ordinal >> 16;
  if (key >= chunks_.size()) {
    chunks_.resize(key + 1);
  }
  if (chunks_[key] == nullptr) {
    chunks_[key] = std::make_unique<Chunk>();
  }
  chunks_[key]->Set(static_cast<uint16_t>(ordinal & 0xFFFF), value);
  present_.Add(ordinal);
}

void NumberColumn::Clear(uint32_t ordinal) {
  if (Chunk* chunk = FindChunk(ordinal)) {
    chunk->Clear(static_cast<uint16_t>(ordinal & 0xFFFF));
    present_.Remove(ordinal);
  }
}

bitmap::Bitmap NumberColumn::Where(Comparison comparison, double operand) const {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  switch (comparison) {
    case Comparison::kLess:
      return Between(-kInfinity, std::nextafter(operand, -kInfinity));
    case Comparison::kLessOrEqual:
      return Between(-kInfinity, operand);
    case Comparison::kEqual:
      return Between(operand, operand);
    case Comparison::kGreaterOrEqual:
      return Between(operand, kInfinity);
    case Comparison::kGreater:
      return Between(std::nextafter(operand, kInfinity), kInfinity);
  }
  return {};
}

bitmap::Bitmap NumberColumn::Between(double low, double high) const {
  if (!(low <= high)) {
    return {};
  }
  bitmap::UnionBuilder builder;
  for (size_t key = 0; key < chunks_.size(); ++key) {
    if (chunks_[key] != nullptr) {
      const auto number = static_cast<uint32_t>(key);
      chunks_[key]->Select(low, high, builder.Words(number));
    }
  }
  return builder.Build();
}

size_t NumberColumn::MemoryBytes() const {
  size_t bytes = chunks_.capacity() * sizeof(chunks_[0]) + present_.MemoryBytes();
  for (const auto& chunk : chunks_) {
    bytes += chunk != nullptr ? chunk->MemoryBytes() : 0;
  }
  return bytes;
}

}  // namespace pinion::audience
