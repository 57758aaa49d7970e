// Scratch: memory for the values one rendering computes. A bump allocator that is rewound after
// each printed value, so a long loop needs no more than its widest pass; small renderings never
// reach the heap. Not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace pinion::templates {

class Scratch {
 public:
  // `text_max`: the longest text TextBuilder makes before it gives up.
  explicit Scratch(size_t text_max) : text_max_(text_max) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  struct Mark {
    size_t chunk;
    size_t used;
  };
  Mark Here() const { return {chunk_, used_}; }
  // Gives back everything allocated since `mark`.
  void Rewind(Mark mark) {
    chunk_ = mark.chunk;
    used_ = mark.used;
  }

  void* Allocate(size_t bytes);
  std::string_view Copy(std::string_view text);

  // Default-constructed objects. Nothing allocated here is ever destroyed.
  template <class T>
  std::span<T> NewArray(size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= kAlignment);
    T* first = static_cast<T*>(Allocate(count * sizeof(T)));
    for (size_t i = 0; i < count; ++i) {
      new (first + i) T();
    }
    return {first, count};
  }
  template <class T, class... Arguments>
  T* New(Arguments&&... arguments) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= kAlignment);
    return new (Allocate(sizeof(T))) T(std::forward<Arguments>(arguments)...);
  }

  size_t text_max() const { return text_max_; }
  // Set once a text was refused because it would be longer than text_max.
  bool exhausted() const { return exhausted_; }

 private:
  friend class TextBuilder;
  static constexpr size_t kAlignment = 16;
  static constexpr size_t kInlineBytes = 1024;
  static constexpr size_t kChunkBytes = 16 * 1024;

  struct Chunk {
    std::unique_ptr<char[]> bytes;
    size_t size;
  };

  char* ChunkBytes(size_t chunk) {
    return chunk == 0 ? inline_.data() : chunks_[chunk - 1].bytes.get();
  }
  size_t ChunkSize(size_t chunk) const {
    return chunk == 0 ? kInlineBytes : chunks_[chunk - 1].size;
  }
  void NextChunk(size_t bytes);

  // Chunk 0 is the inline one; those after chunk_ are kept for reuse.
  size_t chunk_ = 0;
  size_t used_ = 0;
  size_t text_max_;
  bool exhausted_ = false;
  std::vector<Chunk> chunks_;
  alignas(kAlignment) std::array<char, kInlineBytes> inline_;
};

// Builds one text in a Scratch.
class TextBuilder {
 public:
  explicit TextBuilder(Scratch& scratch) : scratch_(scratch) {}

  void Append(std::string_view text);
  void Append(char c) { Append(std::string_view(&c, 1)); }
  // `text` `count` times.
  void Repeat(std::string_view text, size_t count);
  size_t size() const { return size_; }
  // The text; empty if it was refused for its length.
  std::string_view Take();

 private:
  bool Reserve(size_t more);

  Scratch& scratch_;
  char* begin_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
  bool refused_ = false;
};

}  // namespace pinion::templates
