// Any bytes are read without going astray, and what was read is written back to something that
// reads the same.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "storage/key.h"
#include "storage/record.h"

namespace {

void ReadRecord(std::string_view bytes) {
  pinion::storage::RecordReader reader(bytes);
  pinion::storage::RecordWriter writer;
  size_t total = 0;
  while (reader.Next()) {
    const uint32_t field = reader.field();
    pinion::storage::RecordReader as_text = reader;
    const std::string_view text = as_text.Text();
    if (as_text.ok()) {
      total += text.size();
      writer.Text(field, text);
      continue;
    }
    pinion::storage::RecordReader as_number = reader;
    const uint64_t number = as_number.Uint();
    if (as_number.ok()) {
      writer.Uint(field, number);
    } else {
      writer.Double(field, reader.Double());
    }
  }
  PINION_ASSERT(total <= bytes.size());
  pinion::storage::RecordReader again(writer.bytes());
  while (again.Next()) {
  }
  PINION_ASSERT(again.ok());
}

void ReadKey(std::string_view bytes) {
  pinion::storage::KeyReader reader(bytes);
  const std::string first = reader.Text();
  const uint64_t number = reader.U64();
  const std::string second = reader.Text();
  if (reader.AtEnd()) {
    const std::string again =
        pinion::storage::KeyWriter(reader.space()).Text(first).U64(number).Text(second).Take();
    PINION_ASSERT(again == bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ReadRecord(bytes);
  ReadKey(bytes);
  return 0;
}
