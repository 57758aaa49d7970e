#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

#include "base/log.h"

namespace pinion::base {

void AssertionFailed(const char* condition, const char* file, int line) {
  FlushLog();
  std::fprintf(stderr, "pinion: assertion failed: %s at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace pinion::base
