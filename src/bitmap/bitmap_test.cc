#include "bitmap/bitmap.h"

#include <algorithm>
#include <random>
#include <set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hex.h"
#include "bitmap/union_builder.h"

namespace pinion::bitmap {
namespace {

using ::testing::ElementsAre;
using Model = std::set<uint32_t>;

std::vector<uint32_t> Members(const Bitmap& set) {
  std::vector<uint32_t> members;
  set.ForEach([&members](uint32_t ordinal) { members.push_back(ordinal); });
  return members;
}

Bitmap Of(const Model& model) {
  return Bitmap::FromSorted(std::vector<uint32_t>(model.begin(), model.end()));
}

// Three chunks of which one is sparse, one near the limit of arrays and one dense.
Model RandomModel(std::mt19937& random) {
  Model model;
  const std::vector<size_t> sizes = {20, Chunk::kArrayMax + 100, 30000};
  for (uint32_t key = 0; key < sizes.size(); ++key) {
    const uint32_t place = (key + static_cast<uint32_t>(random() % 3)) << 16;
    const size_t size = sizes[key] - random() % 200 % sizes[key];
    for (size_t i = 0; i < size; ++i) {
      model.insert(place | (random() & 0xFFFF));
    }
  }
  return model;
}

TEST(BitmapTest, EqualsTheSetOfRandomAddsAndRemoves) {
  std::mt19937 random(1);
  Model model;
  Bitmap set;

  for (int step = 0; step < 200000; ++step) {
    // Adds prevail in the first half, removals in the second: chunks grow dense and shrink again.
    const auto ordinal = static_cast<uint32_t>(random() % 20000 * 9);
    if (random() % 4 != 0 ? step < 100000 : step >= 100000) {
      ASSERT_EQ(set.Add(ordinal), model.insert(ordinal).second);
    } else {
      ASSERT_EQ(set.Remove(ordinal), model.erase(ordinal) == 1);
    }
  }

  EXPECT_EQ(set.Cardinality(), model.size());
  EXPECT_EQ(Members(set), std::vector<uint32_t>(model.begin(), model.end()));
  EXPECT_EQ(set, Of(model));
}

class BitmapAlgebraTest : public ::testing::TestWithParam<unsigned> {
 protected:
  void SetUp() override {
    std::mt19937 random(GetParam());
    a_model_ = RandomModel(random);
    b_model_ = RandomModel(random);
    a_ = Of(a_model_);
    b_ = Of(b_model_);
  }

  Model a_model_, b_model_;
  Bitmap a_, b_;
};

TEST_P(BitmapAlgebraTest, AndIsTheIntersection) {
  Model expected;
  std::set_intersection(a_model_.begin(),
                        a_model_.end(),
                        b_model_.begin(),
                        b_model_.end(),
                        std::inserter(expected, expected.end()));

  EXPECT_EQ(a_ & b_, Of(expected));
  EXPECT_EQ(Bitmap::IntersectionCardinality(a_, b_), expected.size());
  EXPECT_EQ(a_.Intersects(b_), !expected.empty());
}

TEST_P(BitmapAlgebraTest, OrIsTheUnion) {
  Model expected = a_model_;
  expected.insert(b_model_.begin(), b_model_.end());
  UnionBuilder builder;
  builder.Add(a_);
  builder.Add(b_);

  EXPECT_EQ(a_ | b_, Of(expected));
  EXPECT_EQ(builder.Build(), Of(expected));
}

TEST_P(BitmapAlgebraTest, MinusIsTheDifference) {
  Model expected;
  std::set_difference(a_model_.begin(),
                      a_model_.end(),
                      b_model_.begin(),
                      b_model_.end(),
                      std::inserter(expected, expected.end()));

  EXPECT_EQ(a_ - b_, Of(expected));
}

TEST_P(BitmapAlgebraTest, OperationsLeaveCopiesAlone) {
  const Bitmap copy = a_;

  a_ &= b_;
  Bitmap other = copy;
  other -= b_;
  other |= b_;
  other.Add(77);
  other.Remove(*copy.Min());

  EXPECT_EQ(copy, Of(a_model_));
  EXPECT_EQ(b_, Of(b_model_));
}

TEST_P(BitmapAlgebraTest, ReadingInPiecesGivesAllMembers) {
  std::vector<uint32_t> members;
  std::vector<uint32_t> page(777);
  uint32_t from = 0;
  for (size_t count = a_.Read(from, page); count > 0; count = a_.Read(from, page)) {
    members.insert(members.end(), page.begin(), page.begin() + static_cast<std::ptrdiff_t>(count));
    from = members.back() + 1;
  }

  EXPECT_EQ(members, std::vector<uint32_t>(a_model_.begin(), a_model_.end()));
}

TEST_P(BitmapAlgebraTest, RankCountsSmallerMembers) {
  std::mt19937 random(GetParam());
  for (int i = 0; i < 50; ++i) {
    const auto limit = static_cast<uint32_t>(random() % (6u << 16));
    const auto below = std::distance(a_model_.begin(), a_model_.lower_bound(limit));
    EXPECT_EQ(a_.Rank(limit), static_cast<uint64_t>(below));
  }
}

TEST_P(BitmapAlgebraTest, SerializedBytesReadBackEqual) {
  const auto back = Bitmap::Deserialize(a_.Serialize());

  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, a_);
}

TEST_P(BitmapAlgebraTest, EveryTruncationIsRefused) {
  const std::string bytes = (a_ & Bitmap::UpTo(60000)).Serialize();
  for (size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_FALSE(Bitmap::Deserialize(std::string_view(bytes).substr(0, size)).ok()) << size;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, BitmapAlgebraTest, ::testing::Range(1u, 13u));

TEST(BitmapTest, IntersectionOfManyCountsWhatAllShare) {
  std::mt19937 random(5);
  std::vector<Bitmap> sets;
  for (int i = 0; i < 7; ++i) {
    sets.push_back(Bitmap::Range(random() % 1000, 300000 + random() % 70000));
    sets.back().Remove(100000u + static_cast<uint32_t>(i));
  }
  std::vector<const Bitmap*> pointers;
  Bitmap expected = sets.front();
  for (const Bitmap& set : sets) {
    pointers.push_back(&set);
    expected &= set;
    EXPECT_EQ(Bitmap::IntersectionCardinality(pointers), expected.Cardinality());
  }
}

TEST(BitmapTest, RangeHoldsItsEndsAndNothingElse) {
  for (const auto& [first, end] : std::vector<std::pair<uint64_t, uint64_t>>{
           {0, 1}, {5, 70000}, {65535, 65537}, {65536, 131072}, {100, 4196}, {100, 4197}}) {
    const Bitmap set = Bitmap::Range(first, end);
    EXPECT_EQ(set.Cardinality(), end - first);
    EXPECT_EQ(*set.Min(), first);
    EXPECT_EQ(*set.Max(), end - 1);
  }
  EXPECT_TRUE(Bitmap::Range(7, 7).Empty());
}

TEST(BitmapTest, HoldsTheLargestOrdinal) {
  const Bitmap set = Bitmap::Range((uint64_t{1} << 32) - 2, uint64_t{1} << 32);

  EXPECT_THAT(Members(set), ElementsAre(0xFFFFFFFEu, 0xFFFFFFFFu));
  EXPECT_EQ(*set.NextFrom(0xFFFFFFFFu), 0xFFFFFFFFu);
}

TEST(BitmapTest, NextFromFindsTheMemberItselfOrTheNext) {
  const Bitmap set = {3, 65536, 200000};

  EXPECT_EQ(set.NextFrom(3), 3u);
  EXPECT_EQ(set.NextFrom(4), 65536u);
  EXPECT_EQ(set.NextFrom(70000), 200000u);
  EXPECT_EQ(set.NextFrom(200001), std::nullopt);
}

TEST(BitmapTest, CopiesShareTheirMemoryUntilWritten) {
  const Bitmap all = Bitmap::UpTo(10 << 16);
  Bitmap copy = all;

  copy.Remove(70000);

  EXPECT_TRUE(all.Contains(70000));
  EXPECT_EQ(all.Cardinality(), copy.Cardinality() + 1);
}

TEST(BitmapTest, OperatingOnItselfWorks) {
  Bitmap set = Bitmap::UpTo(5000);
  const Bitmap before = set;

  set &= *&set;
  set |= *&set;
  EXPECT_EQ(set, before);
  set -= *&set;
  EXPECT_TRUE(set.Empty());
}

TEST(BitmapCodecTest, BytesAreAsDocumented) {
  Bitmap set = {1, 0x10002, 0x10003};
  set |= Bitmap::Range(0x20000, 0x30000);

  EXPECT_EQ(base::HexEncode(set.Serialize()),
            "01030000"
            "000000000100"
            "0100010002000300"
            "0200ffff");
  EXPECT_EQ(base::HexEncode(Bitmap().Serialize()), "01000000");
}

TEST(BitmapCodecTest, RefusesWhatNoBitmapWrites) {
  for (const char* hex : {"",
                          "02000000",                          // another version
                          "0100000000",                        // bytes too many
                          "01010000000001000200",              // array shorter than its count
                          "010100000000010002000200",          // a member twice
                          "01020000010000000100010000000100",  // a key twice
                          "0101000000000010"}) {               // words missing
    EXPECT_FALSE(Bitmap::Deserialize(*base::HexDecode(hex)).ok()) << hex;
  }
}

TEST(BitmapCodecTest, RefusesWordsWithAnotherCardinality) {
  std::string bytes = Bitmap::Range(0, 5000).Serialize();
  bytes.back() = 1;

  EXPECT_FALSE(Bitmap::Deserialize(bytes).ok());
}

TEST(WordKernelsTest, EveryVariantComputesTheSame) {
  std::mt19937_64 random(3);
  std::vector<std::vector<uint64_t>> inputs(6, std::vector<uint64_t>(kWordsPerChunk));
  std::vector<const uint64_t*> pointers;
  for (auto& words : inputs) {
    std::generate(words.begin(), words.end(), [&random] { return random() | random(); });
    pointers.push_back(words.data());
  }
  const uint64_t* a = pointers[0];
  const uint64_t* b = pointers[1];
  std::vector<uint64_t> fast(kWordsPerChunk), plain(kWordsPerChunk);

  EXPECT_EQ(Kernels().and_not_store(a, b, fast.data()),
            PortableKernels().and_not_store(a, b, plain.data()));
  EXPECT_EQ(fast, plain);
  EXPECT_EQ(Kernels().and_not_count(a, b), Kernels().count(fast.data()));
  for (size_t inputs_used = 1; inputs_used <= pointers.size(); ++inputs_used) {
    const auto used = std::span(pointers).first(inputs_used);
    EXPECT_EQ(Kernels().and_count(used), PortableKernels().and_count(used));
  }
}

}  // namespace
}  // namespace pinion::bitmap
