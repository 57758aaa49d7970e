#include "segments/definition_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/codec.h"
#include "segments/passes.h"

namespace pinion::segments {
namespace {

using testing::HasSubstr;

// The tree of a WriteSegmentRequest's criteria, simplified; or the message of the refusal after a
// `!`.
std::string Parse(std::string_view json) {
  auto request = model::Decode<model::WriteSegmentRequest>(json);
  if (!request.ok()) {
    return "!" + request.error().message;
  }
  auto node =
      ParseDefinition({.dimensions = request->dimensions, .groups = request->segment_groups});
  return node.ok() ? Dump(Simplify(*std::move(node))) : "!" + node.error().message;
}

TEST(DefinitionParserTest, NothingMeansEverybody) {
  EXPECT_EQ(Parse("{}"), "everybody");
  EXPECT_EQ(Parse(R"({"Dimensions":{}})"), "everybody");
  EXPECT_EQ(Parse(R"({"SegmentGroups":{"Groups":[]}})"), "everybody");
}

TEST(DefinitionParserTest, EveryCriterionOfAnObjectMustHold) {
  EXPECT_EQ(Parse(R"({"Dimensions":{"Attributes":{"tier":{"Values":["gold","silver"]}},
                      "Metrics":{"visits":{"ComparisonOperator":"GREATER_THAN","Value":3}},
                      "Location":{"Country":{"Values":["JP"]}}}})"),
            "all(in(Attributes.tier; gold, silver), Metrics.visits > 3, in(Country; JP))");
}

TEST(DefinitionParserTest, ExclusiveIsTheOppositeOfInclusive) {
  EXPECT_EQ(
      Parse(
          R"({"Dimensions":{"Demographic":{"Make":{"DimensionType":"EXCLUSIVE","Values":["x"]}}}})"),
      "none(in(Make; x))");
}

TEST(DefinitionParserTest, GroupsAreJoinedAsIncludeSays) {
  EXPECT_EQ(Parse(R"({"SegmentGroups":{"Include":"ANY","Groups":[
              {"Type":"ANY","Dimensions":[{"Attributes":{"a":{"Values":["1"]}}},{"Attributes":{"a":{"Values":["2"]}}}]},
              {"SourceType":"NONE","SourceSegments":[{"Id":"s","Version":2}]}]}})"),
            "any(in(Attributes.a; 1, 2), none(segment(s v2)))");
}

TEST(DefinitionParserTest, AnObjectWithoutCriteriaHoldsForEverybody) {
  EXPECT_EQ(Parse(R"({"SegmentGroups":{"Groups":[{"Type":"NONE","Dimensions":[{}]}]}})"), "nobody");
  EXPECT_EQ(Parse(R"({"SegmentGroups":{"Groups":[{"Type":"NONE","Dimensions":[]}]}})"),
            "everybody");
}

TEST(DefinitionParserTest, PushStandsForEveryPushChannel) {
  EXPECT_THAT(Parse(R"({"Dimensions":{"Demographic":{"Channel":{"Values":["PUSH"]}}}})"),
              HasSubstr("APNS_VOIP"));
}

TEST(DefinitionParserTest, DeviceTypeFitsPlatformOrModelInAnyCase) {
  EXPECT_EQ(Parse(R"({"Dimensions":{"Demographic":{"DeviceType":{"Values":["iOS"]}}}})"),
            "any(in_any_case(Platform; iOS), in_any_case(Model; iOS))");
}

TEST(DefinitionParserTest, OperatorsMakeVersionComparisonsOutOfValues) {
  EXPECT_EQ(Parse(R"({"Dimensions":{"Demographic":{"AppVersion":{"Values":["1.0",">=2.0 <3"]}}}})"),
            "any(in(AppVersion; 1.0), version(AppVersion; 1 conditions))");
}

TEST(DefinitionParserTest, DatesMayBeRelative) {
  EXPECT_EQ(
      Parse(
          R"({"Dimensions":{"UserAttributes":{"Login":{"AttributeType":"AFTER","Values":["NOW-P7D"]}}}})"),
      "after(UserAttributes.Login; NOW-P7D)");
}

TEST(DefinitionParserTest, FieldsOfTheEndpointHaveNamesOfTheirOwn) {
  EXPECT_EQ(Parse(R"({"Dimensions":{"Attributes":{"pinion:City":{"Values":["Oslo"]}}}})"),
            "in(City; Oslo)");
  EXPECT_EQ(
      Parse(
          R"({"Dimensions":{"Attributes":{"pinion:LastActiveDate":{"AttributeType":"CONTAINS","Values":[""]}}}})"),
      "present(LastActiveDate)");
}

TEST(DefinitionParserTest, RefusalsNameMemberAndRule) {
  EXPECT_THAT(Parse(R"({"Dimensions":{},"SegmentGroups":{}})"), HasSubstr("only one of"));
  EXPECT_THAT(Parse(R"({"Dimensions":{"Attributes":{"a":{"Values":[]}}}})"),
              HasSubstr("!Member 'Dimensions.Attributes.a.Values': at least one value"));
  EXPECT_THAT(
      Parse(
          R"({"Dimensions":{"Attributes":{"a":{"AttributeType":"BETWEEN","Values":["2026-01-01"]}}}})"),
      HasSubstr("even number"));
  EXPECT_THAT(
      Parse(
          R"({"Dimensions":{"Attributes":{"a":{"AttributeType":"BETWEEN","Values":["2026-02-01","2026-01-01"]}}}})"),
      HasSubstr("must not be later"));
  EXPECT_THAT(Parse(R"({"Dimensions":{"Attributes":{"pinion:Nothing":{"Values":["x"]}}}})"),
              HasSubstr("unknown field"));
  EXPECT_THAT(Parse(R"({"Dimensions":{"Demographic":{"AppVersion":{"Values":[">="]}}}})"),
              HasSubstr("AppVersion.Values[0]"));
}

TEST(DefinitionParserTest, LimitsHoldAtTheirNumber) {
  const auto values = [](size_t count) {
    std::string list;
    for (size_t i = 0; i < count; ++i) {
      list += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\"";
    }
    return R"({"Dimensions":{"Attributes":{"a":{"Values":[)" + list + "]}}}}";
  };
  EXPECT_THAT(Parse(values(kValuesMax)), HasSubstr("in(Attributes.a"));
  EXPECT_THAT(Parse(values(kValuesMax + 1)), HasSubstr("at most 10000 values"));
}

}  // namespace
}  // namespace pinion::segments
