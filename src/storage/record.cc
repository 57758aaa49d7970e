#include "storage/record.h"

#include <bit>
#include <utility>

#include "base/assert.h"

namespace pinion::storage {
namespace {

constexpr int kWireBits = 2;
constexpr uint64_t kWireMask = 3;
constexpr int kVarintBytesMax = 10;

enum WireType : uint64_t { kVarint = 0, kFixed64 = 1, kBytes = 2 };

void AppendTag(std::string& out, uint32_t field, WireType wire) {
  PINION_ASSERT(field > 0);
  AppendVarint(out, (uint64_t{field} << kWireBits) | wire);
}

uint64_t ZigZag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}

int64_t UnZigZag(uint64_t value) {
  return static_cast<int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

}  // namespace

void AppendVarint(std::string& out, uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(static_cast<uint8_t>(value | 0x80)));
    value >>= 7;
  }
  out.push_back(static_cast<char>(static_cast<uint8_t>(value)));
}

bool ConsumeVarint(std::string_view& bytes, uint64_t& value) {
  uint64_t read = 0;
  for (size_t i = 0; i < kVarintBytesMax && i < bytes.size(); ++i) {
    const auto byte = static_cast<uint8_t>(bytes[i]);
    // The tenth byte has room for the last bit only.
    if (i == kVarintBytesMax - 1 && byte > 1) {
      return false;
    }
    read |= uint64_t{byte & 0x7fU} << (7 * i);
    if ((byte & 0x80) == 0) {
      value = read;
      bytes.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

RecordWriter& RecordWriter::Uint(uint32_t field, uint64_t value) {
  AppendTag(bytes_, field, kVarint);
  AppendVarint(bytes_, value);
  return *this;
}

RecordWriter& RecordWriter::Int(uint32_t field, int64_t value) {
  return Uint(field, ZigZag(value));
}

RecordWriter& RecordWriter::Double(uint32_t field, double value) {
  AppendTag(bytes_, field, kFixed64);
  const auto bits = std::bit_cast<uint64_t>(value);
  for (int shift = 0; shift < 64; shift += 8) {
    bytes_.push_back(static_cast<char>(static_cast<uint8_t>(bits >> shift)));
  }
  return *this;
}

RecordWriter& RecordWriter::Text(uint32_t field, std::string_view value) {
  AppendTag(bytes_, field, kBytes);
  AppendVarint(bytes_, value.size());
  bytes_.append(value);
  return *this;
}

bool RecordReader::Next() {
  if (!ok_ || rest_.empty()) {
    return false;
  }
  uint64_t tag = 0;
  if (!ReadVarint(tag) || (tag >> kWireBits) == 0 || (tag >> kWireBits) > UINT32_MAX) {
    return Fail();
  }
  field_ = static_cast<uint32_t>(tag >> kWireBits);
  number_ = 0;
  text_ = {};
  switch (tag & kWireMask) {
    case kVarint:
      wire_ = Wire::kVarint;
      return ReadVarint(number_) || Fail();
    case kFixed64: {
      wire_ = Wire::kFixed64;
      if (rest_.size() < sizeof number_) {
        return Fail();
      }
      for (size_t i = 0; i < sizeof number_; ++i) {
        number_ |= uint64_t{static_cast<uint8_t>(rest_[i])} << (8 * i);
      }
      rest_.remove_prefix(sizeof number_);
      return true;
    }
    case kBytes: {
      wire_ = Wire::kBytes;
      uint64_t size = 0;
      if (!ReadVarint(size) || size > rest_.size()) {
        return Fail();
      }
      text_ = rest_.substr(0, size);
      rest_.remove_prefix(size);
      return true;
    }
    default:
      return Fail();
  }
}

uint64_t RecordReader::Uint() {
  return Expect(Wire::kVarint) ? number_ : 0;
}

int64_t RecordReader::Int() {
  return UnZigZag(Uint());
}

double RecordReader::Double() {
  return Expect(Wire::kFixed64) ? std::bit_cast<double>(number_) : 0;
}

std::string_view RecordReader::Text() {
  return Expect(Wire::kBytes) ? text_ : std::string_view{};
}

base::Status RecordReader::Finish(std::string_view what) const {
  if (ok_) {
    return {};
  }
  return base::Internal("A stored record is damaged: " + std::string(what) + ".");
}

bool RecordReader::ReadVarint(uint64_t& value) {
  return ConsumeVarint(rest_, value);
}

bool RecordReader::Fail() {
  ok_ = false;
  rest_ = {};
  number_ = 0;
  text_ = {};
  return false;
}

bool RecordReader::Expect(Wire wire) {
  return ok_ && wire_ == wire ? true : Fail();
}

}  // namespace pinion::storage
