#include "base/ids.h"

#include <array>
#include <span>

#include "base/hex.h"

namespace pinion::base {
namespace {

std::string RandomText(RandomSource& random, std::string_view alphabet, size_t length) {
  std::string text;
  text.reserve(length);
  // Bytes at or above the largest multiple of the alphabet are dropped, so that every character is
  // equally likely.
  const size_t limit = 256 - 256 % alphabet.size();
  while (text.size() < length) {
    std::array<uint8_t, 64> bytes;
    random.Fill(bytes);
    for (size_t i = 0; i < bytes.size() && text.size() < length; ++i) {
      if (bytes[i] < limit) {
        text.push_back(alphabet[bytes[i] % alphabet.size()]);
      }
    }
  }
  return text;
}

}  // namespace

std::string IdGenerator::NewHexId() {
  std::array<uint8_t, 16> bytes;
  random_.Fill(bytes);
  return HexEncode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string IdGenerator::NewUuid() {
  std::array<uint8_t, 16> bytes;
  random_.Fill(bytes);
  bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3F) | 0x80);
  const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::string text(36, '-');
  size_t from = 0;
  size_t at = 0;
  for (const size_t count : {4U, 2U, 2U, 2U, 6U}) {
    HexEncodeInto(all.substr(from, count), std::span(text).subspan(at, 2 * count));
    from += count;
    at += 2 * count + 1;
  }
  return text;
}

std::string IdGenerator::NewBase32(size_t length) {
  return RandomText(random_, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", length);
}

std::string IdGenerator::NewAlphanumeric(size_t length) {
  return RandomText(
      random_, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", length);
}

}  // namespace pinion::base
