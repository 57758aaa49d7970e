#include "templates/engine/scratch.h"

#include <algorithm>
#include <cstring>

namespace pinion::templates {

void* Scratch::Allocate(size_t bytes) {
  const size_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  if (ChunkSize(chunk_) - used_ < rounded) {
    NextChunk(rounded);
  }
  char* place = ChunkBytes(chunk_) + used_;
  used_ += rounded;
  return place;
}

std::string_view Scratch::Copy(std::string_view text) {
  if (text.empty()) {
    return "";
  }
  char* place = static_cast<char*>(Allocate(text.size()));
  std::memcpy(place, text.data(), text.size());
  return {place, text.size()};
}

void Scratch::NextChunk(size_t bytes) {
  ++chunk_;
  used_ = 0;
  if (chunk_ <= chunks_.size() && chunks_[chunk_ - 1].size >= bytes) {
    return;
  }
  // What lies beyond is too small or not there: everything after the current chunk is free, so it
  // may go.
  chunks_.resize(chunk_ - 1);
  const size_t size = std::max(kChunkBytes, bytes);
  chunks_.push_back({std::make_unique<char[]>(size), size});
}

bool TextBuilder::Reserve(size_t more) {
  if (refused_) {
    return false;
  }
  if (more > scratch_.text_max_ || size_ > scratch_.text_max_ - more) {
    refused_ = true;
    scratch_.exhausted_ = true;
    return false;
  }
  if (capacity_ - size_ >= more) {
    return true;
  }
  const size_t capacity = std::max<size_t>({2 * capacity_, size_ + more, 48});
  char* grown = static_cast<char*>(scratch_.Allocate(capacity));
  if (size_ > 0) {
    std::memmove(grown, begin_, size_);
  }
  begin_ = grown;
  capacity_ = capacity;
  return true;
}

void TextBuilder::Append(std::string_view text) {
  if (!text.empty() && Reserve(text.size())) {
    std::memcpy(begin_ + size_, text.data(), text.size());
    size_ += text.size();
  }
}

void TextBuilder::Repeat(std::string_view text, size_t count) {
  for (size_t i = 0; i < count && !refused_; ++i) {
    Append(text);
  }
}

std::string_view TextBuilder::Take() {
  return refused_ || size_ == 0 ? std::string_view("") : std::string_view(begin_, size_);
}

}  // namespace pinion::templates
