// Reads the timers of a store in the order in which they fire, a page at a time. It remembers how
// far it has come, so that a long row of due timers is not searched from its beginning again and
// again, through all that was removed. Not thread-safe: used by the TimerService alone.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "base/result.h"
#include "storage/key_value_store.h"
#include "timers/timer_service.h"

namespace pinion::timers {

class TimerQueue {
 public:
  // `store` must outlive the queue.
  explicit TimerQueue(const storage::KeyValueStore& store) : store_(store) {}

  // The first timer that has not been popped, due or not; nothing if there is none. It may have
  // been cancelled since.
  base::Result<std::optional<Timer>> Peek();
  void Pop();
  // Begins at the first timer again: timers may have been set that come before those already seen.
  void Rewind();

 private:
  base::Status ReadPage();

  const storage::KeyValueStore& store_;
  std::deque<Timer> page_;
  std::string last_read_;
  bool complete_ = false;  // there was nothing after the page
};

}  // namespace pinion::timers
