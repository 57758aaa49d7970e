// How an SMS text travels: its alphabet and the number of parts it is split into (CHN-90). Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace pinion::delivery {

// CHN-91: longer texts are refused.
constexpr size_t kSmsSeptetsMax = 1600;
constexpr size_t kSmsUtf16UnitsMax = 630;

struct SmsParts {
  enum class Encoding { kGsm, kUcs2 };
  Encoding encoding = Encoding::kGsm;
  size_t units = 0;  // septets (GSM) or UTF-16 code units (UCS-2)
  size_t parts = 0;

  bool too_long() const {
    return units > (encoding == Encoding::kGsm ? kSmsSeptetsMax : kSmsUtf16UnitsMax);
  }
};

// `text` is valid UTF-8. An escape or surrogate pair is never split between parts.
SmsParts CountSmsParts(std::string_view text);

}  // namespace pinion::delivery
