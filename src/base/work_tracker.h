// Counts work that is going on in the background, so that whoever moves a manual clock can wait until the server is
// quiet. Every component that works on its own threads (timers, runners, dispatchers, consumers, jobs) holds a Token from
// the moment it learns of work until that work, and the hand-over of what follows from it, is done. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>

namespace pinion::base {

class WorkTracker {
 public:
  class Token {
   public:
    Token() = default;
    explicit Token(WorkTracker& tracker) : tracker_(&tracker) { tracker.Begin(); }
    Token(Token&& other) noexcept : tracker_(std::exchange(other.tracker_, nullptr)) {}
    Token& operator=(Token&& other) noexcept {
      std::swap(tracker_, other.tracker_);
      return *this;
    }
    ~Token() {
      if (tracker_ != nullptr) {
        tracker_->End();
      }
    }

   private:
    WorkTracker* tracker_ = nullptr;
  };

  [[nodiscard]] Token Start() { return Token(*this); }

  // Returns when no token is alive.
  void WaitUntilQuiet() {
    std::unique_lock lock(mutex_);
    quiet_.wait(lock, [this] { return active_ == 0; });
  }

  bool quiet() const {
    const std::lock_guard lock(mutex_);
    return active_ == 0;
  }

 private:
  void Begin() {
    const std::lock_guard lock(mutex_);
    ++active_;
  }
  void End() {
    const std::lock_guard lock(mutex_);
    if (--active_ == 0) {
      quiet_.notify_all();
    }
  }

  mutable std::mutex mutex_;
  std::condition_variable quiet_;
  size_t active_ = 0;
};

}  // namespace pinion::base
