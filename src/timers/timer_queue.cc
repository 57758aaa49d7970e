#include "timers/timer_queue.h"

#include "base/log.h"
#include "timers/timer_key.h"

namespace pinion::timers {
namespace {

constexpr size_t kPageMax = 128;

}  // namespace

base::Result<std::optional<Timer>> TimerQueue::Peek() {
  if (page_.empty() && !complete_) {
    PINION_CHECK(ReadPage());
  }
  if (page_.empty()) {
    return std::optional<Timer>();
  }
  return std::optional<Timer>(page_.front());
}

void TimerQueue::Pop() {
  page_.pop_front();
}

void TimerQueue::Rewind() {
  page_.clear();
  last_read_.clear();
  complete_ = false;
}

base::Status TimerQueue::ReadPage() {
  const std::string prefix = TimerPrefix();
  // The smallest key after the last one.
  const std::string from = last_read_.empty() ? std::string() : last_read_ + '\0';
  complete_ = true;
  const auto take = [&](std::string_view key, std::string_view payload) {
    if (page_.size() == kPageMax) {
      complete_ = false;
      return false;
    }
    last_read_ = key;
    std::optional<Timer> timer = ReadTimer(key, payload);
    if (timer.has_value()) {
      page_.push_back(*std::move(timer));
    } else {
      base::Log(
          base::LogLevel::kError, "timers", "a timer's key cannot be read; it is passed over");
    }
    return true;
  };
  base::Status read = store_.Scan({.prefix = prefix, .from = from}, take);
  if (!read.ok()) {
    Rewind();
  }
  return read;
}

}  // namespace pinion::timers
