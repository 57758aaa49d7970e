// The value of the Date header, formatted once a second. Single-threaded; each io thread has its
// own.
#pragma once

#include <array>
#include <chrono>
#include <string_view>

#include "base/clock.h"

namespace pinion::http {

class HttpDate {
 public:
  // `Mon, 23 Nov 2026 11:15:00 GMT`; valid until the next call.
  std::string_view At(base::Timestamp now);

 private:
  static constexpr size_t kSize = 29;
  std::chrono::sys_seconds second_{std::chrono::seconds{-1}};
  std::array<char, kSize> text_{};
};

}  // namespace pinion::http
