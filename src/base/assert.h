// PINION_ASSERT: for programmer errors only, never for input. Stays on in release builds and aborts with the place and
// the broken condition, since going on with a broken invariant could lose or repeat a message.
#pragma once

namespace pinion::base {

[[noreturn]] void AssertionFailed(const char* condition, const char* file, int line);

}  // namespace pinion::base

#define PINION_ASSERT(condition)                                             \
  do {                                                                       \
    if (!(condition)) {                                                      \
      ::pinion::base::AssertionFailed(#condition, __FILE__, __LINE__);       \
    }                                                                        \
  } while (false)
