#include "storage/record.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace pinion::storage {
namespace {

TEST(RecordTest, ValuesAreReadBack) {
  const std::string bytes = RecordWriter()
                                .Uint(1, std::numeric_limits<uint64_t>::max())
                                .Int(2, std::numeric_limits<int64_t>::min())
                                .Double(3, -0.1)
                                .Text(4, std::string("\0x", 2))
                                .Bool(5, true)
                                .Time(1'000'000, base::TimestampFromMillis(-1))
                                .Take();

  RecordReader reader(bytes);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.Uint(), std::numeric_limits<uint64_t>::max());
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.Int(), std::numeric_limits<int64_t>::min());
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.Double(), -0.1);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.Text(), std::string_view("\0x", 2));
  ASSERT_TRUE(reader.Next());
  EXPECT_TRUE(reader.Bool());
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.field(), 1'000'000U);
  EXPECT_EQ(reader.Time(), base::TimestampFromMillis(-1));
  EXPECT_FALSE(reader.Next());
  EXPECT_TRUE(reader.Finish("test").ok());
}

TEST(RecordTest, SmallNumbersTakeTwoBytes) {
  EXPECT_EQ(RecordWriter().Int(1, -3).Take(), std::string("\x04\x05", 2));
}

TEST(RecordTest, IntegersOfEverySizeAreReadBack) {
  for (int shift = 0; shift < 63; ++shift) {
    for (const int64_t value : {int64_t{1} << shift, -(int64_t{1} << shift) - 1}) {
      const std::string bytes = RecordWriter().Int(1, value).Take();
      RecordReader reader(bytes);

      ASSERT_TRUE(reader.Next());
      EXPECT_EQ(reader.Int(), value);
    }
  }
}

TEST(RecordTest, UnknownFieldsAreSkipped) {
  const std::string bytes =
      RecordWriter().Text(90, "later").Double(91, 1).Uint(1, 5).Uint(92, 300).Take();

  uint64_t found = 0;
  RecordReader reader(bytes);
  while (reader.Next()) {
    if (reader.field() == 1) {
      found = reader.Uint();
    }
  }

  EXPECT_EQ(found, 5U);
  EXPECT_TRUE(reader.Finish("test").ok());
}

TEST(RecordTest, RecordsNestAndRepeat) {
  RecordWriter writer;
  for (const std::string_view name : {"a", "b"}) {
    writer.Text(1, RecordWriter().Text(1, name).Take());
  }

  std::vector<std::string> names;
  RecordReader reader(writer.bytes());
  while (reader.Next()) {
    RecordReader inner(reader.Text());
    ASSERT_TRUE(inner.Next());
    names.emplace_back(inner.Text());
  }

  EXPECT_EQ(names, (std::vector<std::string>{"a", "b"}));
}

TEST(RecordTest, ValueOfAnotherTypeIsDamage) {
  const std::string bytes = RecordWriter().Uint(1, 5).Uint(2, 6).Take();
  RecordReader reader(bytes);
  ASSERT_TRUE(reader.Next());

  EXPECT_EQ(reader.Text(), "");

  EXPECT_FALSE(reader.Next());
  const base::Status finished = reader.Finish("segment");
  ASSERT_FALSE(finished.ok());
  EXPECT_EQ(finished.error().code, base::Errc::kInternal);
  EXPECT_NE(finished.error().message.find("segment"), std::string::npos);
}

TEST(RecordTest, EveryTruncationWithinAFieldIsNoticed) {
  const std::string bytes = RecordWriter().Text(1, "abc").Take();
  for (size_t size = 1; size < bytes.size(); ++size) {
    RecordReader reader(std::string_view(bytes).substr(0, size));

    EXPECT_FALSE(reader.Next());
    EXPECT_FALSE(reader.ok());
  }
}

TEST(RecordTest, GarbageEndsTheReading) {
  const std::vector<std::string> garbage = {
      std::string("\x00\x01", 2),                                      // field 0
      "\x07",                                                          // no such wire type
      "\x04\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02",                  // more than 64 bits
      "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",              // varint without end
      std::string("\x06\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11)  // huge length
  };
  for (const std::string& bytes : garbage) {
    RecordReader reader(bytes);

    EXPECT_FALSE(reader.Next());
    EXPECT_FALSE(reader.ok());
  }
}

}  // namespace
}  // namespace pinion::storage
