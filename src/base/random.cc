#include "base/random.h"

#include <openssl/rand.h>

#include <cstring>

#include "base/assert.h"

namespace pinion::base {

uint64_t RandomSource::Next64() {
  uint64_t value = 0;
  uint8_t bytes[sizeof(value)];
  Fill(bytes);
  std::memcpy(&value, bytes, sizeof(value));
  return value;
}

void SystemRandom::Fill(std::span<uint8_t> bytes) {
  PINION_ASSERT(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
}

void SeededRandom::Fill(std::span<uint8_t> bytes) {
  const std::lock_guard lock(mutex_);
  for (uint8_t& byte : bytes) {
    byte = static_cast<uint8_t>(engine_());
  }
}

}  // namespace pinion::base
