// Bytes that came from the client and are not yet used. Single-threaded; used by Connection.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace pinion::http {

class ReadBuffer {
 public:
  std::string_view data() const { return {bytes_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }

  void Consume(size_t count) {
    begin_ += count;
    if (begin_ == end_) {
      begin_ = end_ = 0;
    }
  }
  void Clear() { begin_ = end_ = 0; }

  // Room for at least `size` bytes behind the data; Commit says how many were written there.
  char* Prepare(size_t size) {
    if (capacity_ - end_ < size) {
      MakeRoom(size);
    }
    return bytes_.get() + end_;
  }
  void Commit(size_t count) { end_ += count; }
  size_t room() const { return capacity_ - end_; }
  size_t capacity() const { return capacity_; }

  // Gives the memory back if there is no data in it.
  void Release() {
    if (empty()) {
      bytes_.reset();
      begin_ = end_ = capacity_ = 0;
    }
  }

 private:
  void MakeRoom(size_t size) {
    const size_t used = end_ - begin_;
    if (capacity_ - used >= size && begin_ >= used) {
      std::memcpy(bytes_.get(), bytes_.get() + begin_, used);
    } else {
      const size_t grown = used + size > 2 * capacity_ ? used + size : 2 * capacity_;
      std::unique_ptr<char[]> moved(new char[grown]);
      if (used > 0) {
        std::memcpy(moved.get(), bytes_.get() + begin_, used);
      }
      bytes_ = std::move(moved);
      capacity_ = grown;
    }
    begin_ = 0;
    end_ = used;
  }

  std::unique_ptr<char[]> bytes_;
  size_t capacity_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
};

}  // namespace pinion::http
