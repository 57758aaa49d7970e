#include "base/tags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pinion::base {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(TagsTest, LettersDigitsBlanksAndPunctuationAreAllowed) {
  EXPECT_TRUE(CheckTags({{"Cost center/1=a+b-c@d_e.f:g", ""}, {"größe", "大"}}).ok());
}

TEST(TagsTest, OtherCharactersAreNot) {
  EXPECT_FALSE(CheckTags({{"a#b", ""}}).ok());
  EXPECT_FALSE(CheckTags({{"a", "b!"}}).ok());
}

TEST(TagsTest, LengthsCountCodePoints) {
  std::string key;
  for (size_t i = 0; i < kTagKeyCharactersMax; ++i) {
    key += "é";
  }
  EXPECT_TRUE(CheckTags({{key, std::string(kTagValueCharactersMax, 'v')}}).ok());
  EXPECT_FALSE(CheckTags({{key + "x", ""}}).ok());
  EXPECT_FALSE(CheckTags({{"k", std::string(kTagValueCharactersMax + 1, 'v')}}).ok());
  EXPECT_FALSE(CheckTags({{"", "v"}}).ok());
}

TEST(TagsTest, ReservedPrefixIsRefusedInAnyCase) {
  EXPECT_FALSE(CheckTags({{"Aws:x", ""}}).ok());
  EXPECT_FALSE(CheckTags({{"x", "AWS:y"}}).ok());
  EXPECT_TRUE(CheckTags({{"laws:x", ""}}).ok());
}

TEST(TagsTest, ChangeOverwritesAddsAndRemoves) {
  const auto tags = ChangeTags({{"a", "1"}, {"b", "2"}}, {{{"b", "3"}, {"c", "4"}}, {"a", "none"}});
  ASSERT_TRUE(tags.ok());
  EXPECT_THAT(*tags, ElementsAre(Pair("b", "3"), Pair("c", "4")));
}

TEST(TagsTest, FiftyFirstTagIsRefused) {
  Tags tags;
  for (size_t i = 0; i < kTagsPerResourceMax; ++i) {
    tags.emplace_back("k" + std::to_string(i), "");
  }
  EXPECT_TRUE(ChangeTags(tags, {{{"k0", "again"}}, {}}).ok());
  EXPECT_FALSE(ChangeTags(tags, {{{"one more", ""}}, {}}).ok());
}

}  // namespace
}  // namespace pinion::base
