// Locked<T>: data that can be reached only while its mutex is held. Lock() gives a handle that owns the lock for as long
// as it lives:
//   auto queue = queue_.Lock();
//   queue->push_back(item);
#pragma once

#include <mutex>
#include <utility>

namespace pinion::base {

template <class T>
class Locked {
 public:
  class Handle {
   public:
    T* operator->() { return data_; }
    T& operator*() { return *data_; }
    // The lock itself, to wait on a condition variable.
    std::unique_lock<std::mutex>& lock() { return lock_; }

   private:
    friend class Locked;
    Handle(std::mutex& mutex, T& data) : lock_(mutex), data_(&data) {}
    std::unique_lock<std::mutex> lock_;
    T* data_;
  };

  Locked() = default;
  explicit Locked(T data) : data_(std::move(data)) {}

  [[nodiscard]] Handle Lock() { return Handle(mutex_, data_); }

 private:
  std::mutex mutex_;
  T data_;
};

}  // namespace pinion::base
