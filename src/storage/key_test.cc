#include "storage/key.h"

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace pinion::storage {
namespace {

// Texts that make trouble: short, over few byte values.
std::string TroublesomeText(base::RandomSource& random) {
  constexpr std::string_view kBytes("\x00\x01\x02\xfe\xff\x61", 6);
  std::string text;
  const uint64_t size = random.Next64() % 5;
  for (uint64_t i = 0; i < size; ++i) {
    text.push_back(kBytes[random.Next64() % kBytes.size()]);
  }
  return text;
}

using Parts = std::tuple<std::string, int64_t, std::string, uint32_t>;

std::string Encode(const Parts& parts) {
  return KeyWriter(KeySpace::kMeta)
      .Text(std::get<0>(parts))
      .I64(std::get<1>(parts))
      .Text(std::get<2>(parts))
      .U32(std::get<3>(parts))
      .Take();
}

Parts RandomParts(base::RandomSource& random) {
  const auto number = static_cast<int64_t>(random.Next64() % 5) - 2;
  return {TroublesomeText(random),
          number,
          TroublesomeText(random),
          static_cast<uint32_t>(random.Next64() % 3)};
}

TEST(KeyTest, ByteOrderIsTheOrderOfTheParts) {
  base::SeededRandom random(1);
  for (int i = 0; i < 20'000; ++i) {
    const Parts a = RandomParts(random);
    const Parts b = RandomParts(random);

    ASSERT_EQ(Encode(a) < Encode(b), a < b);
    ASSERT_EQ(Encode(a) == Encode(b), a == b);
  }
}

TEST(KeyTest, PartsAreReadBack) {
  base::SeededRandom random(2);
  for (int i = 0; i < 5'000; ++i) {
    const Parts parts = RandomParts(random);
    const std::string key = Encode(parts);

    KeyReader reader(key);
    const std::string first = reader.Text();
    const int64_t number = reader.I64();
    const std::string second = reader.Text();
    const uint32_t last = reader.U32();

    ASSERT_TRUE(reader.AtEnd());
    ASSERT_EQ(Parts(first, number, second, last), parts);
  }
}

TEST(KeyTest, KeyThatEndsAfterATextIsAPrefixOfThatTextOnly) {
  base::SeededRandom random(3);
  for (int i = 0; i < 20'000; ++i) {
    const std::string wanted = TroublesomeText(random);
    const std::string other = TroublesomeText(random);
    const std::string prefix = KeyWriter(KeySpace::kMeta).Text(wanted).Take();
    const std::string key = KeyWriter(KeySpace::kMeta).Text(other).Text("x").Take();

    ASSERT_EQ(key.starts_with(prefix), wanted == other);
  }
}

TEST(KeyTest, SignedNumbersKeepTheirOrder) {
  const std::vector<int64_t> numbers = {std::numeric_limits<int64_t>::min(),
                                        -256,
                                        -1,
                                        0,
                                        1,
                                        255,
                                        256,
                                        std::numeric_limits<int64_t>::max()};
  std::vector<std::string> keys;
  for (const int64_t number : numbers) {
    keys.push_back(KeyWriter(KeySpace::kTimer).I64(number).Take());
    EXPECT_EQ(KeyReader(keys.back()).I64(), number);
  }

  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
}

TEST(KeyTest, BytesAreThoseOnDisk) {
  const std::string key = KeyWriter(KeySpace::kEndpoint)
                              .Text(std::string("a\0b", 3))
                              .U8(7)
                              .U32(258)
                              .U64(1)
                              .Time(base::TimestampFromMillis(2))
                              .Raw("end")
                              .Take();

  EXPECT_EQ(key,
            std::string("\x20"
                        "a\x00\xff"
                        "b\x00\x01"
                        "\x07"
                        "\x00\x00\x01\x02"
                        "\x00\x00\x00\x00\x00\x00\x00\x01"
                        "\x80\x00\x00\x00\x00\x00\x00\x02"
                        "end",
                        31));
}

TEST(KeyTest, ReaderOfAShortKeyFailsAndStaysFailed) {
  const std::string key = KeyWriter(KeySpace::kMeta).U32(1).Take();
  KeyReader reader(key);

  EXPECT_EQ(reader.U64(), 0U);
  EXPECT_EQ(reader.U8(), 0U);

  EXPECT_FALSE(reader.ok());
  EXPECT_FALSE(reader.AtEnd());
}

TEST(KeyTest, ReaderRefusesATextWithoutEnd) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view tail : {""sv, "abc"sv, "abc\0"sv, "abc\0\x02"sv}) {
    const std::string key = KeyWriter(KeySpace::kMeta).Raw(tail).Take();
    KeyReader reader(key);

    EXPECT_EQ(reader.Text(), "");
    EXPECT_FALSE(reader.ok());
  }
}

TEST(KeyTest, EmptyKeyIsNotOk) {
  EXPECT_FALSE(KeyReader("").ok());
}

TEST(PrefixEndTest, IsTheFirstKeyBehindThePrefix) {
  EXPECT_EQ(PrefixEnd("ab"), "ac");
  EXPECT_EQ(PrefixEnd("a\xff\xff"), "b");
  EXPECT_EQ(PrefixEnd(std::string_view("\0", 1)), "\x01");
  EXPECT_EQ(PrefixEnd("\xff\xff"), std::nullopt);
  EXPECT_EQ(PrefixEnd(""), std::nullopt);
}

}  // namespace
}  // namespace pinion::storage
