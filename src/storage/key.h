// Keys whose byte order is the order of their parts: a KeySpace tag, then texts and numbers. A text
// may hold any bytes and is terminated, so that a key that ends after a part is a prefix of exactly
// the keys that continue with that part.
//   std::string key = KeyWriter(KeySpace::kEndpoint).Text(app).Text(endpoint).Take();
//   std::string all = KeyWriter(KeySpace::kEndpoint).Text(app).Take();   // prefix for a scan
// Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "storage/key_space.h"

namespace pinion::storage {

class KeyWriter {
 public:
  explicit KeyWriter(KeySpace space) : key_(1, static_cast<char>(space)) {}

  // 0x00 becomes 0x00 0xFF, the end is 0x00 0x01.
  KeyWriter& Text(std::string_view text);
  KeyWriter& U8(uint8_t value);
  // Big-endian.
  KeyWriter& U32(uint32_t value);
  KeyWriter& U64(uint64_t value);
  // Negative values come before positive ones.
  KeyWriter& I64(int64_t value);
  KeyWriter& Time(base::Timestamp at) { return I64(base::ToMillis(at)); }
  // The rest of the key as it is; only as the last part, and only if it is never the prefix of
  // another such rest.
  KeyWriter& Raw(std::string_view bytes);

  const std::string& key() const { return key_; }
  std::string Take() { return std::move(key_); }

 private:
  std::string key_;
};

// Reads the parts back in the order in which they were written. After a part that is not there
// every further answer is zero or empty and ok() is false.
class KeyReader {
 public:
  // `key` must outlive the reader.
  explicit KeyReader(std::string_view key);

  // The tag; the constructor has read it.
  KeySpace space() const { return space_; }
  std::string Text();
  uint8_t U8();
  uint32_t U32();
  uint64_t U64();
  int64_t I64();
  base::Timestamp Time() { return base::TimestampFromMillis(I64()); }
  // Everything that is left.
  std::string_view Raw();

  bool ok() const { return ok_; }
  // All was read and nothing was missing.
  bool AtEnd() const { return ok_ && rest_.empty(); }

 private:
  uint64_t BigEndian(size_t bytes);
  void Fail();

  std::string_view rest_;
  KeySpace space_{};
  bool ok_ = true;
};

// The smallest key that is greater than every key with this prefix; nothing if there is none (only
// bytes 0xFF).
std::optional<std::string> PrefixEnd(std::string_view prefix);

}  // namespace pinion::storage
