#include "segments/event_criteria.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.h"
#include "model/codec.h"

namespace pinion::segments {
namespace {

using ::testing::HasSubstr;

base::Timestamp Now() {
  return *base::ParseInstant("2026-11-23T11:15:00Z");
}

eventlog::Event Purchase() {
  eventlog::Event event;
  event.event_type = "Purchase";
  event.attributes = {{"item", "boots"}, {"due", "2026-11-25T00:00:00Z"}};
  event.metrics = {{"price", 10}};
  return event;
}

base::Result<EventCriteria> Parse(const std::string& json) {
  const auto dimensions = model::Decode<model::EventDimensions>(json);
  EXPECT_TRUE(dimensions.ok()) << json;
  return EventCriteria::Parse(*dimensions, "Dimensions");
}

bool Matches(const std::string& more, const std::string& type = R"({"Values":["Purchase"]})") {
  const auto criteria = Parse(R"({"EventType":)" + type + (more.empty() ? "" : "," + more) + "}");
  EXPECT_TRUE(criteria.ok()) << criteria.error().message;
  return criteria->Matches(Purchase(), Now());
}

TEST(EventCriteriaTest, TheTypeIsOneOfTheNamesOrNoneOfThem) {
  EXPECT_TRUE(Matches(""));
  EXPECT_TRUE(Matches("", R"({"Values":["x","Purchase"]})"));
  EXPECT_FALSE(Matches("", R"({"Values":["purchase"]})"));
  EXPECT_FALSE(Matches("", R"({"DimensionType":"EXCLUSIVE","Values":["Purchase"]})"));
  EXPECT_TRUE(Matches("", R"({"DimensionType":"EXCLUSIVE","Values":["x"]})"));
}

TEST(EventCriteriaTest, EveryAttributeMustMatchOneOfItsValues) {
  const auto with =
      [](const std::string& name, const std::string& type, const std::string& values) {
        return Matches(R"("Attributes":{")" + name + R"(":{"AttributeType":")" + type +
                       R"(","Values":[)" + values + "]}}");
      };
  EXPECT_TRUE(with("item", "INCLUSIVE", R"("gloves","boots")"));
  EXPECT_FALSE(with("item", "INCLUSIVE", R"("gloves")"));
  EXPECT_FALSE(with("item", "EXCLUSIVE", R"("boots")"));
  EXPECT_TRUE(with("item", "CONTAINS", R"("oot")"));
  EXPECT_FALSE(with("missing", "INCLUSIVE", R"("x")"));
  EXPECT_TRUE(with("missing", "EXCLUSIVE", R"("x")"));
  EXPECT_FALSE(with("missing", "CONTAINS", R"("")"));
  EXPECT_TRUE(with("due", "AFTER", R"("NOW")"));
  EXPECT_FALSE(with("due", "BEFORE", R"("2026-11-25T00:00:00Z")"));
  EXPECT_TRUE(with("due", "ON", R"("2026-11-25")"));
  EXPECT_TRUE(with("due", "BETWEEN", R"("NOW","NOW+P2D")"));
  EXPECT_FALSE(with("item", "AFTER", R"("NOW")"));
}

TEST(EventCriteriaTest, EveryMetricMustSatisfyItsOperator) {
  const auto with = [](const std::string& name, const std::string& comparison, int value) {
    return Matches(R"("Metrics":{")" + name + R"(":{"ComparisonOperator":")" + comparison +
                   R"(","Value":)" + std::to_string(value) + "}}");
  };
  EXPECT_TRUE(with("price", "EQUAL", 10));
  EXPECT_TRUE(with("price", "GREATER_THAN_OR_EQUAL", 10));
  EXPECT_TRUE(with("price", "LESS_THAN_OR_EQUAL", 10));
  EXPECT_FALSE(with("price", "GREATER_THAN", 10));
  EXPECT_FALSE(with("price", "LESS_THAN", 10));
  EXPECT_FALSE(with("missing", "LESS_THAN", 10));
}

TEST(EventCriteriaTest, WhatCannotBeReadIsNamed) {
  EXPECT_THAT(
      Parse(R"({"Metrics":{"p":{"ComparisonOperator":"ABOUT","Value":1}}})").error().message,
      HasSubstr("'Dimensions.Metrics.p.ComparisonOperator'"));
  EXPECT_THAT(
      Parse(R"({"Attributes":{"a":{"AttributeType":"BEFORE","Values":["soon"]}}})").error().message,
      HasSubstr("'Dimensions.Attributes.a.Values'"));
  EXPECT_FALSE(Parse(R"({"Attributes":{"a":{"AttributeType":"BETWEEN","Values":["NOW"]}}})").ok());
  EXPECT_FALSE(Parse(R"({"Attributes":{"a":{"Values":[]}}})").ok());
}

}  // namespace
}  // namespace pinion::segments
