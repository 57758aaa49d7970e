#include "audience/number_column.h"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace pinion::audience {
namespace {

// Two chunks of ordinals.
constexpr uint32_t kOrdinals = 131072;
constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

// By ordinal; kAbsent fits no comparison.
using Model = std::vector<double>;

bitmap::Bitmap Expected(const Model& model, double low, double high) {
  std::vector<uint32_t> fitting;
  for (uint32_t ordinal = 0; ordinal < kOrdinals; ++ordinal) {
    if (model[ordinal] >= low && model[ordinal] <= high) {
      fitting.push_back(ordinal);
    }
  }
  return bitmap::Bitmap::FromSorted(fitting);
}

// How many values of the column's two chunks, and how many different ones.
struct Shape {
  uint32_t values;
  uint32_t different;
};

class NumberColumnTest : public ::testing::TestWithParam<Shape> {
 protected:
  double RandomValue() { return static_cast<double>(random_() % GetParam().different) / 4 - 3; }
  void Fill() {
    for (uint32_t i = 0; i < GetParam().values; ++i) {
      const auto ordinal = static_cast<uint32_t>(random_() % kOrdinals);
      model_[ordinal] = RandomValue();
      column_.Set(ordinal, model_[ordinal]);
    }
  }
  void ExpectSameAnswers() {
    for (int i = 0; i < 10; ++i) {
      const double low = RandomValue() + (i % 2 == 0 ? 0 : 0.1);
      const double high = low + RandomValue();
      ASSERT_EQ(column_.Between(low, high), Expected(model_, low, high)) << low << ' ' << high;
      ASSERT_EQ(column_.Between(low, low), Expected(model_, low, low)) << low;
    }
    EXPECT_EQ(column_.Present(), Expected(model_, -1e300, 1e300));
  }

  std::mt19937 random_{7};
  Model model_ = Model(kOrdinals, kAbsent);
  NumberColumn column_;
};

TEST_P(NumberColumnTest, AnswersAsAMapWould) {
  Fill();

  ExpectSameAnswers();
}

TEST_P(NumberColumnTest, ChangesAndRemovalsCount) {
  Fill();
  for (uint32_t ordinal = 0; ordinal < kOrdinals; ++ordinal) {
    if (std::isnan(model_[ordinal])) {
      continue;
    }
    if (ordinal % 3 == 0) {
      model_[ordinal] = kAbsent;
      column_.Clear(ordinal);
    } else {
      model_[ordinal] = RandomValue() * 100;
      column_.Set(ordinal, model_[ordinal]);
    }
  }

  ExpectSameAnswers();
  for (uint32_t ordinal = 0; ordinal < kOrdinals; ordinal += 101) {
    const auto value = column_.Get(ordinal);
    ASSERT_EQ(value.has_value(), !std::isnan(model_[ordinal]));
    if (value.has_value()) {
      ASSERT_EQ(*value, model_[ordinal]);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes,
                         NumberColumnTest,
                         ::testing::Values(Shape{0, 10},
                                           Shape{100, 10},
                                           Shape{30000, 100000},
                                           Shape{90000, 3},
                                           Shape{90000, 200},
                                           Shape{300000, 1000000}));

TEST(NumberColumnComparisonTest, ComparesAsDoublesDo) {
  NumberColumn column;
  column.Set(0, 1);
  column.Set(1, 2);
  column.Set(2, 3);
  column.Set(3, -0.0);

  EXPECT_EQ(column.Where(Comparison::kLess, 2), (bitmap::Bitmap{0, 3}));
  EXPECT_EQ(column.Where(Comparison::kLessOrEqual, 2), (bitmap::Bitmap{0, 1, 3}));
  EXPECT_EQ(column.Where(Comparison::kEqual, 2), (bitmap::Bitmap{1}));
  EXPECT_EQ(column.Where(Comparison::kGreaterOrEqual, 2), (bitmap::Bitmap{1, 2}));
  EXPECT_EQ(column.Where(Comparison::kGreater, 2), (bitmap::Bitmap{2}));
  EXPECT_EQ(column.Where(Comparison::kLess, 0), bitmap::Bitmap());
  EXPECT_EQ(column.Where(Comparison::kEqual, 0), (bitmap::Bitmap{3}));
  EXPECT_EQ(column.Where(Comparison::kEqual, std::numeric_limits<double>::quiet_NaN()),
            bitmap::Bitmap());
}

}  // namespace
}  // namespace pinion::audience
