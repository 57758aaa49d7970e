#include "base/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pinion::base {
namespace {

using ::testing::ElementsAre;

Page<std::string> PageOf(const PageRequest& request) {
  NewestFirst<std::string> list(request);
  for (const auto& [millis, id] : std::vector<std::pair<int64_t, std::string>>{
           {1, "oldest"}, {9, "newest"}, {5, "b"}, {5, "a"}, {5, "c"}}) {
    list.Offer(TimestampFromMillis(millis), id, id);
  }
  return list.Take();
}

TEST(NewestFirstTest, OrdersByTimeAndThenById) {
  EXPECT_THAT(PageOf({}).items, ElementsAre("newest", "a", "b", "c", "oldest"));
  EXPECT_EQ(PageOf({}).next, "");
}

TEST(NewestFirstTest, GoesOnAfterTheLastItemOfThePage) {
  const Page<std::string> first = PageOf({.limit = 2});
  EXPECT_THAT(first.items, ElementsAre("newest", "a"));

  const Page<std::string> second = PageOf({.after = first.next, .limit = 2});
  EXPECT_THAT(second.items, ElementsAre("b", "c"));

  const Page<std::string> third = PageOf({.after = second.next, .limit = 2});
  EXPECT_THAT(third.items, ElementsAre("oldest"));
  EXPECT_EQ(third.next, "");
}

TEST(NewestFirstTest, FullLastPageHasNoNext) {
  EXPECT_EQ(PageOf({.limit = 5}).next, "");
}

}  // namespace
}  // namespace pinion::base
