#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace pinion::base {

void AssertionFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "pinion: assertion failed: %s at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace pinion::base
