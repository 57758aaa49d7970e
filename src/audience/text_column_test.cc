#include "audience/text_column.h"

#include <map>
#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "audience/hash_postings.h"

namespace pinion::audience {
namespace {

using Model = std::map<std::string, std::set<uint32_t>>;

Model Contents(const TextColumn& column) {
  Model contents;
  column.ForEachValue([&](std::string_view value, const bitmap::PostingSet& postings) {
    postings.ForEach([&](uint32_t ordinal) { contents[std::string(value)].insert(ordinal); });
  });
  return contents;
}

TEST(TextColumnTest, EqualsTheMapOfRandomAddsAndRemoves) {
  std::mt19937 random(1);
  TextArena arena;
  TextColumn column(arena);
  Model model;

  for (int step = 0; step < 100000; ++step) {
    const std::string value(random() % 40, static_cast<char>('a' + random() % 20));
    const auto ordinal = static_cast<uint32_t>(random() % 50);
    if (random() % 2 == 0) {
      column.Add(value, ordinal);
      model[value].insert(ordinal);
    } else {
      column.Remove(value, ordinal);
      model[value].erase(ordinal);
      if (model[value].empty()) {
        model.erase(value);
      }
    }
    ASSERT_EQ(column.ValueCount(), model.size());
    ASSERT_EQ(column.Find(value) != nullptr, model.count(value) == 1);
  }

  EXPECT_EQ(Contents(column), model);
}

TEST(TextColumnTest, ValuesThatComeAndGoNeedNoMoreMemory) {
  TextArena arena;
  TextColumn column(arena);
  column.Add("first", 1);
  size_t after_a_while = 0;

  for (int i = 0; i < 200000; ++i) {
    const std::string value = "2026-11-23T11:15:" + std::to_string(100000 + i);
    column.Add(value, 7);
    column.Remove(value, 7);
    after_a_while = i == 1000 ? arena.MemoryBytes() + column.MemoryBytes() : after_a_while;
  }

  EXPECT_EQ(arena.MemoryBytes() + column.MemoryBytes(), after_a_while);
  EXPECT_NE(column.Find("first"), nullptr);
}

TEST(TextColumnTest, AValueOfOneEndpointCostsTensOfBytes) {
  constexpr uint32_t kValues = 100000;
  TextArena arena;
  TextColumn column(arena);
  for (uint32_t i = 0; i < kValues; ++i) {
    column.Add("user-" + std::to_string(1000000000 + i), i);
  }

  EXPECT_LT((arena.MemoryBytes() + column.MemoryBytes()) / kValues, 64u);
}

TEST(TextColumnTest, NumbersOfValuesAreStableAndDense) {
  TextArena arena;
  TextColumn column(arena);
  const auto a = column.Add("a", 1).id;
  const auto b = column.Add("b", 1).id;
  column.Remove("a", 1);

  EXPECT_EQ(column.Add("c", 1).id, a);
  EXPECT_EQ(column.Add("b", 2).id, b);
  EXPECT_EQ(column.ValueIdEnd(), 2u);
}

TEST(TextArenaTest, KeepsTextsOfEveryLength) {
  TextArena arena;
  std::vector<TextArena::Ref> refs;
  for (size_t size = 0; size < 3000; ++size) {
    refs.push_back(arena.Add(std::string(size, static_cast<char>('a' + size % 26))));
  }
  refs.push_back(arena.Add(std::string(TextArena::kTextBytesMax, 'z')));

  for (size_t size = 0; size < 3000; ++size) {
    ASSERT_EQ(arena.Get(refs[size]), std::string(size, static_cast<char>('a' + size % 26)));
  }
  EXPECT_EQ(arena.Get(refs.back()).size(), TextArena::kTextBytesMax);
}

TEST(HashPostingsTest, EqualsTheMapOfRandomAddsAndRemoves) {
  std::mt19937 random(2);
  HashPostings postings;
  std::map<uint32_t, std::set<uint32_t>> model;

  for (int step = 0; step < 50000; ++step) {
    const auto hash = static_cast<uint32_t>(random() % 200 * 64);
    const auto ordinal = static_cast<uint32_t>(random() % 5);
    if (random() % 2 == 0) {
      postings.Add(hash, ordinal);
      model[hash].insert(ordinal);
    } else {
      postings.Remove(hash, ordinal);
      model[hash].erase(ordinal);
    }
    const bitmap::PostingSet* found = postings.Find(hash);
    ASSERT_EQ(found == nullptr ? 0 : found->Cardinality(), model[hash].size());
  }
}

}  // namespace
}  // namespace pinion::audience
