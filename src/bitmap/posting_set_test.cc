#include "bitmap/posting_set.h"

#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace pinion::bitmap {
namespace {

std::vector<uint32_t> Members(const PostingSet& set) {
  std::vector<uint32_t> members;
  set.ForEach([&members](uint32_t ordinal) { members.push_back(ordinal); });
  return members;
}

class PostingSetTest : public ::testing::TestWithParam<uint32_t> {};

TEST_P(PostingSetTest, EqualsTheSetOfRandomAddsAndRemoves) {
  const uint32_t range = GetParam();
  std::mt19937 random(range);
  std::set<uint32_t> model;
  PostingSet set;

  for (int step = 0; step < 30000; ++step) {
    const uint32_t ordinal = static_cast<uint32_t>(random() % range) * 1000;
    if (random() % 8 < (step < 15000 ? 6u : 2u)) {
      ASSERT_EQ(set.Add(ordinal), model.insert(ordinal).second);
    } else {
      ASSERT_EQ(set.Remove(ordinal), model.erase(ordinal) == 1);
    }
    ASSERT_EQ(set.Cardinality(), model.size());
    ASSERT_EQ(set.Contains(ordinal), model.count(ordinal) == 1);
  }

  const std::vector<uint32_t> expected(model.begin(), model.end());
  EXPECT_EQ(Members(set), expected);
  EXPECT_EQ(set.ToBitmap(), Bitmap::FromSorted(expected));
  UnionBuilder builder;
  set.AddTo(builder);
  EXPECT_EQ(builder.Build(), Bitmap::FromSorted(expected));
}

TEST_P(PostingSetTest, IntersectsWithBitmaps) {
  PostingSet set;
  for (uint32_t i = 0; i < GetParam(); ++i) {
    set.Add(i * 3);
  }
  const Bitmap other = Bitmap::Range(3, 2000);

  const Bitmap shared = set.ToBitmap() & other;

  EXPECT_EQ(set.Intersection(other), shared);
  EXPECT_EQ(set.IntersectionCardinality(other), shared.Cardinality());
}

INSTANTIATE_TEST_SUITE_P(Sizes, PostingSetTest, ::testing::Values(1, 2, 5, 100, 1024, 1100, 6000));

TEST(PostingSetSizeTest, ASingleOrdinalNeedsNoHeap) {
  PostingSet set;
  set.Add(4000000000u);

  EXPECT_EQ(sizeof(PostingSet), 8u);
  EXPECT_EQ(set.MemoryBytes(), 0u);
  EXPECT_TRUE(set.Contains(4000000000u));
}

TEST(PostingSetSizeTest, MovingLeavesTheSourceEmpty) {
  PostingSet set;
  for (uint32_t i = 0; i < 10; ++i) {
    set.Add(i);
  }

  PostingSet other = std::move(set);

  EXPECT_TRUE(set.Empty());
  EXPECT_EQ(other.Cardinality(), 10u);
}

}  // namespace
}  // namespace pinion::bitmap
