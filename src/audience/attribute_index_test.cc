#include "audience/attribute_index.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pinion::audience {
namespace {

using bitmap::Bitmap;
using ::testing::ElementsAre;

constexpr const EndpointRecord* kNothing = nullptr;

EndpointRecord AnEndpoint(uint32_t ordinal) {
  EndpointRecord record;
  record.ordinal = ordinal;
  record.id = "e" + std::to_string(ordinal);
  return record;
}

class AttributeIndexTest : public ::testing::Test {
 protected:
  void Add(const EndpointRecord& record) { index_.Apply(kNothing, &record); }
  Bitmap WithValue(const TextColumn* column, std::string_view value) {
    const bitmap::PostingSet* postings = column == nullptr ? nullptr : column->Find(value);
    return postings == nullptr ? Bitmap() : postings->ToBitmap();
  }
  void AddAt(uint32_t ordinal, double latitude, double longitude) {
    EndpointRecord record = AnEndpoint(ordinal);
    record.latitude = latitude;
    record.longitude = longitude;
    Add(record);
  }

  AttributeIndex index_;
};

TEST_F(AttributeIndexTest, EveryFieldIsFoundByItsValue) {
  EndpointRecord record = AnEndpoint(7);
  record.channel_type = model::ChannelType::kEmail;
  record.address = "a@b.c";
  record.attributes = {{"tier", {"gold", "silver"}}};
  record.metrics = {{"visits", 3}};
  record.facets[static_cast<size_t>(Facet::kCountry)] = "JP";
  record.user_id = "u";
  record.cohort = 42;
  record.created = base::TimestampFromMillis(1000);
  record.last_active = base::TimestampFromMillis(2000);
  record.user_attributes = {{"lang", {"ja"}}};
  Add(record);

  const Bitmap seven = {7};
  EXPECT_EQ(index_.All(), seven);
  EXPECT_EQ(WithValue(index_.Attribute("tier"), "silver"), seven);
  EXPECT_EQ(index_.Attribute("tier")->Present(), seven);
  EXPECT_EQ(WithValue(index_.UserAttribute("lang"), "ja"), seven);
  EXPECT_EQ(index_.Metric("visits")->Where(Comparison::kGreater, 2), seven);
  EXPECT_EQ(WithValue(&index_.TextOf(Facet::kCountry), "JP"), seven);
  EXPECT_EQ(WithValue(&index_.TextOf(FixedField::kChannelType), "EMAIL"), seven);
  EXPECT_EQ(WithValue(&index_.TextOf(FixedField::kEndpointStatus), "ACTIVE"), seven);
  EXPECT_EQ(WithValue(&index_.TextOf(FixedField::kOptOut), "NONE"), seven);
  EXPECT_EQ(WithValue(&index_.TextOf(FixedField::kUserId), "u"), seven);
  EXPECT_EQ(WithValue(&index_.TextOf(FixedField::kCohortId), "42"), seven);
  EXPECT_EQ(index_.TimeOf(TimeField::kCreated).Between(1000, 1000), seven);
  EXPECT_EQ(index_.TimeOf(TimeField::kLastActive).Where(Comparison::kGreaterOrEqual, 2000), seven);
  EXPECT_EQ(index_.WithAddress(), seven);
}

TEST_F(AttributeIndexTest, AChangeTouchesOldAndNewValuesOnly) {
  EndpointRecord before = AnEndpoint(1);
  before.attributes = {{"a", {"1", "2"}}, {"b", {"3"}}, {"c", {"4"}}};
  Add(before);
  EndpointRecord after = before;
  after.attributes = {{"a", {"2", "5"}}, {"c", {"4"}}};

  index_.Apply(&before, &after);

  EXPECT_EQ(WithValue(index_.Attribute("a"), "1"), Bitmap());
  EXPECT_EQ(WithValue(index_.Attribute("a"), "2"), Bitmap{1});
  EXPECT_EQ(WithValue(index_.Attribute("a"), "5"), Bitmap{1});
  EXPECT_EQ(index_.Attribute("b"), nullptr);
  EXPECT_EQ(WithValue(index_.Attribute("c"), "4"), Bitmap{1});
}

TEST_F(AttributeIndexTest, ADeletedEndpointLeavesNothing) {
  EndpointRecord record = AnEndpoint(1);
  record.attributes = {{"a", {"1"}}};
  record.metrics = {{"m", 1}};
  record.user_id = "u";
  record.address = "x";
  record.channel_type = model::ChannelType::kSms;
  record.latitude = 1;
  Add(record);

  index_.Apply(&record, kNothing);

  EXPECT_TRUE(index_.All().Empty());
  EXPECT_TRUE(index_.WithAddress().Empty());
  EXPECT_TRUE(index_.Latitude().Present().Empty());
  EXPECT_EQ(index_.Attribute("a"), nullptr);
  EXPECT_EQ(index_.Metric("m"), nullptr);
  EXPECT_EQ(index_.TextOf(FixedField::kUserId).ValueCount(), 0u);
  EXPECT_EQ(index_.TextOf(FixedField::kEndpointStatus).ValueCount(), 0u);
  EXPECT_EQ(index_.AddressCandidates(model::ChannelType::kSms, "x"), nullptr);
}

TEST_F(AttributeIndexTest, ReachableNeedsStatusOptOutChannelAndAddress) {
  for (uint32_t ordinal = 0; ordinal < 5; ++ordinal) {
    EndpointRecord record = AnEndpoint(ordinal);
    record.status = ordinal == 1 ? EndpointStatus::kInactive : EndpointStatus::kActive;
    record.opt_out = ordinal == 2 ? OptOut::kAll : OptOut::kNone;
    if (ordinal != 3) {
      record.channel_type = model::ChannelType::kEmail;
    }
    record.address = ordinal == 4 ? "" : "a@b.c";
    Add(record);
  }

  EXPECT_EQ(index_.Reachable(), Bitmap{0});
}

TEST_F(AttributeIndexTest, UsersAreCountedOnceWhateverTheirEndpoints) {
  constexpr uint32_t kEndpoints = 20000;
  for (uint32_t ordinal = 0; ordinal < kEndpoints; ++ordinal) {
    EndpointRecord record = AnEndpoint(ordinal);
    // 0 … 9999 have a user each, 10000 … 18999 one for three, the others none.
    record.user_id = ordinal < 10000   ? "single" + std::to_string(ordinal)
                     : ordinal < 19000 ? "shared" + std::to_string(ordinal / 3)
                                       : "";
    Add(record);
  }

  EXPECT_EQ(index_.CountUsers(index_.All()), 13001u);
  EXPECT_EQ(index_.CountUsers(Bitmap::Range(10002, 10005)), 1u);
  EXPECT_EQ(index_.CountUsers(Bitmap::Range(9998, 10006)), 5u);
  EXPECT_EQ(index_.CountUsers(Bitmap::Range(19000, 20000)), 0u);
}

TEST_F(AttributeIndexTest, UsersAreCountedRightAfterMembersHaveLeft) {
  std::vector<EndpointRecord> records;
  for (uint32_t ordinal = 0; ordinal < 3; ++ordinal) {
    records.push_back(AnEndpoint(ordinal));
    records.back().user_id = "u";
    Add(records.back());
  }
  EndpointRecord moved = records[1];
  moved.user_id = "v";

  index_.Apply(&records[0], kNothing);
  index_.Apply(&records[1], &moved);

  EXPECT_EQ(index_.CountUsers(index_.All()), 2u);
}

TEST_F(AttributeIndexTest, NamesInUseAreListedWithTheirCounts) {
  EndpointRecord record = AnEndpoint(1);
  record.attributes = {{"tier", {"gold"}}, {"color", {"red", "blue"}}};
  record.metrics = {{"visits", 1}};
  Add(record);
  EndpointRecord other = AnEndpoint(2);
  other.attributes = {{"tier", {"silver"}}};
  Add(other);

  const auto names = index_.Names(AttributeKind::kCustom);

  ASSERT_EQ(names.size(), 2u);
  EXPECT_EQ(names[0].name, "color");
  EXPECT_EQ(names[1].name, "tier");
  EXPECT_EQ(names[1].endpoints, 2u);
  EXPECT_EQ(names[1].values, 2u);
  EXPECT_EQ(index_.Names(AttributeKind::kMetric)[0].endpoints, 1u);
  EXPECT_TRUE(index_.Names(AttributeKind::kUser).empty());
}

TEST_F(AttributeIndexTest, ValuesOfANameAreListedMostFrequentFirst) {
  uint32_t ordinal = 0;
  for (const char* value : {"gold", "silver", "silver", "green", "blue"}) {
    EndpointRecord record = AnEndpoint(ordinal++);
    record.attributes = {{"tier", {value}}};
    Add(record);
  }
  std::vector<std::string> listed;
  for (const ValueUse& use : index_.Values(AttributeKind::kCustom, "tier", "")) {
    listed.push_back(use.value + std::to_string(use.endpoints));
  }

  EXPECT_THAT(listed, ElementsAre("silver2", "blue1", "gold1", "green1"));
  EXPECT_EQ(index_.Values(AttributeKind::kCustom, "tier", "g").size(), 2u);
  EXPECT_TRUE(index_.Values(AttributeKind::kUser, "tier", "").empty());
}

TEST_F(AttributeIndexTest, WithinMeasuresOnTheSphere) {
  AddAt(1, 59.9139, 10.7522);  // Oslo
  AddAt(2, 59.3293, 18.0686);  // Stockholm, 417 km away
  AddAt(3, 55.6761, 12.5683);  // Copenhagen, 483 km away
  EndpointRecord half = AnEndpoint(4);
  half.latitude = 59.9139;
  Add(half);

  EXPECT_EQ(index_.Within({59.9139, 10.7522, 0}), (Bitmap{1}));
  EXPECT_EQ(index_.Within({59.9139, 10.7522, 415}), (Bitmap{1}));
  EXPECT_EQ(index_.Within({59.9139, 10.7522, 420}), (Bitmap{1, 2}));
  EXPECT_EQ(index_.Within({59.9139, 10.7522, 490}), (Bitmap{1, 2, 3}));
}

TEST_F(AttributeIndexTest, WithinCrossesThe180DegreeMeridianAndThePoles) {
  AddAt(1, -17, 179.9);
  AddAt(2, -17, -179.9);
  AddAt(3, 89.5, 0);
  AddAt(4, 89.5, 180);

  EXPECT_EQ(index_.Within({-17, 179.95, 30}), (Bitmap{1, 2}));
  EXPECT_EQ(index_.Within({-17, -179.95, 30}), (Bitmap{1, 2}));
  EXPECT_EQ(index_.Within({89.9, 0, 100}), (Bitmap{3, 4}));
  EXPECT_EQ(index_.Within({0, 0, 30000}), (Bitmap{1, 2, 3, 4}));
}

TEST_F(AttributeIndexTest, IdsAreFoundByTheirKey) {
  EndpointRecord record = AnEndpoint(1);
  record.id = "Phone";
  Add(record);

  ASSERT_NE(index_.IdCandidates("phone"), nullptr);
  EXPECT_TRUE(index_.IdCandidates("phone")->Contains(1));
  EXPECT_EQ(index_.IdCandidates("Phone"), nullptr);
}

}  // namespace
}  // namespace pinion::audience
