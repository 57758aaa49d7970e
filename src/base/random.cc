#include "base/random.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
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

namespace {

// Ids are drawn by the thousand and take 16 bytes each; the generator costs most of a microsecond a call whatever is
// asked for, so each thread fetches some in advance. What was given out is wiped.
class Reserve {
 public:
  void Take(std::span<uint8_t> bytes) {
    if (bytes.size() > left_) {
      PINION_ASSERT(RAND_bytes(bytes_.data(), static_cast<int>(bytes_.size())) == 1);
      left_ = bytes_.size();
    }
    uint8_t* const from = bytes_.data() + bytes_.size() - left_;
    std::copy_n(from, bytes.size(), bytes.data());
    OPENSSL_cleanse(from, bytes.size());
    left_ -= bytes.size();
  }

 private:
  std::array<uint8_t, 1024> bytes_;
  size_t left_ = 0;
};

constexpr size_t kFromReserveMax = 64;

}  // namespace

void SystemRandom::Fill(std::span<uint8_t> bytes) {
  if (bytes.size() <= kFromReserveMax) {
    thread_local Reserve reserve;
    reserve.Take(bytes);
    return;
  }
  PINION_ASSERT(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
}

void SeededRandom::Fill(std::span<uint8_t> bytes) {
  const std::lock_guard lock(mutex_);
  for (uint8_t& byte : bytes) {
    byte = static_cast<uint8_t>(engine_());
  }
}

}  // namespace pinion::base
