// A compact binary form of records that are read and written often: fields with numbers, so that a
// reader skips what it does not know and older records lack what came later. A field is a varint
// (number * 4 + wire type), then its value. Field numbers are on disk: never give one a second
// meaning. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace pinion::storage {

class RecordWriter {
 public:
  // `field` is 1 or more. A field may be written more than once: a list.
  RecordWriter& Uint(uint32_t field, uint64_t value);
  RecordWriter& Int(uint32_t field, int64_t value);
  RecordWriter& Bool(uint32_t field, bool value) { return Uint(field, value ? 1 : 0); }
  RecordWriter& Time(uint32_t field, base::Timestamp at) { return Int(field, base::ToMillis(at)); }
  RecordWriter& Double(uint32_t field, double value);
  // Any bytes: text, or a record within the record.
  RecordWriter& Text(uint32_t field, std::string_view value);

  const std::string& bytes() const { return bytes_; }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Never reads beyond the bytes it was given, whatever they are.
//   RecordReader reader(bytes);
//   while (reader.Next()) {
//     switch (reader.field()) {
//       case 1: name = reader.Text(); break;
//       case 2: count = reader.Uint(); break;
//     }
//   }
//   PINION_CHECK(reader.Finish("segment"));
class RecordReader {
 public:
  // `bytes` must outlive the reader and the views it gives out.
  explicit RecordReader(std::string_view bytes) : rest_(bytes) {}

  // Goes on to the next field; false at the end and where the bytes are damaged.
  bool Next();
  uint32_t field() const { return field_; }

  // The value of the field that Next() stopped at. One of another wire type counts as damage and is
  // zero or empty.
  uint64_t Uint();
  int64_t Int();
  bool Bool() { return Uint() != 0; }
  base::Timestamp Time() { return base::TimestampFromMillis(Int()); }
  double Double();
  std::string_view Text();

  bool ok() const { return ok_; }
  // kInternal, naming the kind of record, if the bytes were damaged.
  base::Status Finish(std::string_view what) const;

 private:
  enum class Wire : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2 };

  bool ReadVarint(uint64_t& value);
  bool Fail();
  bool Expect(Wire wire);

  std::string_view rest_;
  uint32_t field_ = 0;
  Wire wire_ = Wire::kVarint;
  uint64_t number_ = 0;
  std::string_view text_;
  bool ok_ = true;
};

// The same varints, for formats that are built by hand.
void AppendVarint(std::string& out, uint64_t value);
// Reads one from the front of `bytes` and removes it; false, and nothing removed, if there is none.
bool ConsumeVarint(std::string_view& bytes, uint64_t& value);

}  // namespace pinion::storage
