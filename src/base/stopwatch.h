// Elapsed real time for metrics and log lines; never for a decision of the domain, which takes a
// Clock.
#pragma once

#include <chrono>

namespace pinion::base {

class Stopwatch {
 public:
  std::chrono::microseconds Elapsed() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                 start_);
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace pinion::base
