// The text itself: what is JSON and what is not (API-40 to API-44).
#include <string>

#include <gtest/gtest.h>

#include "model/campaigns.h"
#include "model/codec.h"
#include "model/endpoints.h"
#include "model/events.h"

namespace pinion::model {
namespace {

std::string ErrorOf(std::string_view json) {
  const auto decoded = Decode<EndpointRequest>(json);
  return decoded.ok() ? "" : decoded.error().message;
}

bool Accepts(std::string_view json) {
  return ErrorOf(json).empty();
}

std::string Nested(size_t depth) {
  return R"({"Unknown":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
}

TEST(DecodeJsonTest, EmptyBodyCountsAsEmptyObject) {
  EXPECT_TRUE(Accepts(""));
}

TEST(DecodeJsonTest, RootMustBeAnObject) {
  EXPECT_EQ(ErrorOf("[]"), "The body must be a JSON object, not a list.");
  EXPECT_EQ(ErrorOf("\"x\""), "The body must be a JSON object, not a string.");
  EXPECT_EQ(ErrorOf("null"), "The body must be a JSON object, not null.");
}

TEST(DecodeJsonTest, LeadingByteOrderMarkAndBlanksAreSkipped) {
  EXPECT_TRUE(Accepts("\xEF\xBB\xBF \r\n\t{ } \n"));
}

TEST(DecodeJsonTest, RefusesWhatFollowsTheRoot) {
  EXPECT_EQ(ErrorOf("{} {}"), "The body is not valid JSON: something follows the value at byte 4.");
  EXPECT_FALSE(Accepts("{}]"));
  EXPECT_FALSE(Accepts("{}x"));
}

TEST(DecodeJsonTest, RefusesWhatOnlyLooksLikeJson) {
  for (const char* text : {"{",
                           "}",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{,}",
                           "{a:1}",
                           "{'a':1}",
                           "{\"a\":1 \"b\":2}",
                           "{\"a\" 1}",
                           "{\"a\":[1,]}",
                           "{\"a\":[,1]}",
                           "{\"a\":[1 2]}",
                           "{\"a\":[1}",
                           "{\"a\":1]",
                           "{} // c",
                           "{/* */}",
                           "{\"a\":tru}",
                           "{\"a\":nul}",
                           "{\"a\":TRUE}",
                           "{\"a\":truex}",
                           "{\"a\":1\"b\"}",
                           "{\"a\":\"b\"c}",
                           "{\"a\":NaN}",
                           "{\"a\":Infinity}",
                           " ",
                           "{\"a\":\f1}",
                           "{\"a\":\"b}"}) {
    EXPECT_FALSE(Accepts(text)) << text;
  }
}

TEST(DecodeJsonTest, RefusesMalformedNumbersEvenWhereNobodyReadsThem) {
  for (const char* number :
       {"01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "1_0", "--1", "1.5.2"}) {
    EXPECT_FALSE(Accepts("{\"Unknown\":" + std::string(number) + "}")) << number;
  }
}

TEST(DecodeJsonTest, AcceptsNumbersOfAnySizeWhereNobodyReadsThem) {
  EXPECT_TRUE(Accepts(R"({"Unknown":[123456789012345678901234567890,1e999,-0,0.0E-0]})"));
}

TEST(DecodeJsonTest, RefusesControlCharactersInStrings) {
  EXPECT_FALSE(Accepts("{\"Address\":\"a\nb\"}"));
  EXPECT_FALSE(Accepts("{\"Unknown\":\"a\tb\"}"));
  EXPECT_FALSE(Accepts(std::string_view("{\"Unknown\":\"a\0b\"}", 17)));
}

TEST(DecodeJsonTest, RefusesInvalidUtf8) {
  EXPECT_EQ(ErrorOf("{\"Address\":\"\xff\"}"), "The body is not valid JSON: it has invalid UTF-8.");
  EXPECT_FALSE(Accepts("{\"Unknown\":\"\xc3\"}"));
  EXPECT_FALSE(Accepts("{\"Unknown\":\"\xed\xa0\x80\"}"));
}

TEST(DecodeJsonTest, RefusesUnpairedSurrogatesAndNulInValuesAndNames) {
  for (const char* text :
       {"\\ud800", "\\ud800x", "\\ud800\\u0041", "\\udc00", "\\ud800\\ud800", "a\\u0000"}) {
    EXPECT_FALSE(Accepts("{\"Address\":\"" + std::string(text) + "\"}")) << text;
    EXPECT_FALSE(Accepts("{\"Unknown\":[\"" + std::string(text) + "\"]}")) << text;
    EXPECT_FALSE(Accepts("{\"" + std::string(text) + "\":1}")) << text;
  }
}

TEST(DecodeJsonTest, RefusesUnknownAndIncompleteEscapes) {
  for (const char* text : {"\\x", "\\u12", "\\u12g4", "\\'", "\\u"}) {
    EXPECT_FALSE(Accepts("{\"Address\":\"" + std::string(text) + "\"}")) << text;
  }
}

TEST(DecodeJsonTest, DecodesEscapes) {
  const auto decoded =
      Decode<EndpointRequest>(R"({"Address":"\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\ude00z"})");

  ASSERT_TRUE(decoded.ok()) << decoded.error().message;
  EXPECT_EQ(decoded->address, "\"\\/\b\f\n\r\t\u00e9\u20ac\U0001F600z");
}

TEST(DecodeJsonTest, EscapedMemberNamesAreTheSameNames) {
  const auto decoded = Decode<EndpointRequest>(R"({"\u0041ddress":"a"})");

  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->address, "a");
}

TEST(DecodeJsonTest, NestingEndsAtOneHundred) {
  EXPECT_TRUE(Accepts(Nested(100)));
  EXPECT_EQ(ErrorOf(Nested(101)),
            "The body is not valid JSON: it is nested deeper than 100 levels at byte 111.");
  EXPECT_FALSE(Accepts("{\"Unknown\":" + std::string(3'000'000, '[')));
}

TEST(DecodeJsonTest, MalformedTextBeatsViolations) {
  EXPECT_EQ(ErrorOf(R"({"ChannelType":"NOPE","a":01})").find("Member"), std::string::npos);
}

TEST(DecodeJsonTest, UnknownMembersAreReportedByPathOnce) {
  DecodeReport report;
  const auto decoded = Decode<WriteCampaignRequest>(
      R"({"Foo":1,"Limits":{"Bar":{"x":[{}]},"Daily":3},"Foo":2,"TRACE":null})", &report);

  ASSERT_TRUE(decoded.ok()) << decoded.error().message;
  EXPECT_EQ(report.ignored_members, (std::vector<std::string>{"Foo", "Limits.Bar", "TRACE"}));
  EXPECT_EQ(decoded->limits->daily, 3);
}

TEST(DecodeJsonTest, ReportStopsAtTwentyMembers) {
  std::string json = "{";
  for (int i = 0; i < 30; ++i) {
    json += "\"x" + std::to_string(i) + "\":0,";
  }
  DecodeReport report;

  ASSERT_TRUE(Decode<EndpointRequest>(json + "\"Address\":\"a\"}", &report).ok());

  EXPECT_EQ(report.ignored_members.size(), 20U);
}

TEST(DecodeJsonTest, MemberNamesAreCaseSensitive) {
  const auto decoded = Decode<EndpointRequest>(R"({"address":"a"})");

  ASSERT_TRUE(decoded.ok());
  EXPECT_FALSE(decoded->address.has_value());
}

TEST(DecodeJsonTest, LastOfRepeatedMembersCounts) {
  const auto decoded = Decode<EndpointRequest>(
      R"({"Location":{"City":"Oslo"},"Address":"a","Location":{"Country":"NO"},"Address":null})");

  ASSERT_TRUE(decoded.ok());
  EXPECT_FALSE(decoded->address.has_value());
  EXPECT_FALSE(decoded->location->city.has_value());
  EXPECT_EQ(decoded->location->country, "NO");
}

TEST(DecodeJsonTest, RepeatedListIsNotAppendedTo) {
  const auto decoded = Decode<EndpointBatchRequest>(R"({"Item":[{},{}],"Item":[{"Id":"x"}]})");

  ASSERT_TRUE(decoded.ok());
  ASSERT_EQ(decoded->item.size(), 1U);
}

TEST(DecodeJsonTest, ViolationsOfAnEarlierValueAreForgotten) {
  EXPECT_TRUE(Accepts(R"({"ChannelType":"NOPE","ChannelType":"SMS"})"));
  EXPECT_FALSE(Accepts(R"({"ChannelType":"SMS","ChannelType":"NOPE"})"));
  EXPECT_TRUE(Accepts(R"({"Attributes":{"a":{},"b":["1"],"a":["2"]}})"));
  EXPECT_FALSE(Accepts(R"({"Attributes":{"a.b":{},"a":["1"],"a":["2"]}})"));
}

TEST(DecodeJsonTest, LastOfRepeatedMapKeysCountsAtTheFirstPlace) {
  const auto decoded = Decode<EndpointRequest>(R"({"Attributes":{"a":["1"],"b":["2"],"a":["3"]}})");

  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(*decoded->attributes, (Map<std::vector<std::string>>{{"a", {"3"}}, {"b", {"2"}}}));
}

TEST(DecodeJsonTest, RepeatedKeysOfLargeMapsAreFound) {
  std::string json = R"({"Attributes":{)";
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 50; ++i) {
      json += "\"k" + std::to_string(i) + "\":[\"" + std::to_string(round) + "\"],";
    }
  }
  const auto decoded = Decode<EndpointRequest>(json + "\"last\":[]}}");

  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->attributes->size(), 51U);
  EXPECT_EQ(decoded->attributes->begin()->first, "k0");
  EXPECT_EQ(*decoded->attributes->Find("k49"), std::vector<std::string>{"1"});
}

TEST(DecodeJsonTest, NullMemberIsAbsent) {
  const auto decoded = Decode<EndpointRequest>(R"({"Address":null,"Location":null})");

  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(*decoded, EndpointRequest{});
}

TEST(DecodeJsonTest, NullEntriesOfMapsAreDropped) {
  const auto decoded =
      Decode<WriteCampaignRequest>(R"({"tags":{"a":"1","b":null,"c":"3","a":null}})");

  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(*decoded->tags, (Map<std::string>{{"c", "3"}}));
}

TEST(DecodeJsonTest, NullElementsOfListsAreRefused) {
  EXPECT_EQ(ErrorOf(R"({"Attributes":{"a":["x",null]}})"),
            "Member 'Attributes.a[1]': expected a string, got null.");
}

TEST(DecodeJsonTest, NullAttributesAndMetricsReachTheService) {
  const auto decoded = Decode<EndpointRequest>(
      R"({"Attributes":{"a":null,"b":[]},"Metrics":{"m":null,"n":1.5},"User":{"UserAttributes":{"u":null}}})");

  ASSERT_TRUE(decoded.ok()) << decoded.error().message;
  EXPECT_EQ(*decoded->attributes, (Map<std::vector<std::string>>{{"a", {}}, {"b", {}}}));
  EXPECT_EQ(*decoded->metrics, (Map<std::optional<double>>{{"m", std::nullopt}, {"n", 1.5}}));
  EXPECT_EQ(*decoded->user->user_attributes, (Map<std::vector<std::string>>{{"u", {}}}));
}

TEST(DecodeJsonTest, EventsStayRawText) {
  const auto decoded = Decode<EventsRequest>(
      R"({"BatchItem":{"e1":{"Endpoint":{"A" : [1]} ,"Events":{"x": {"EventType":5} }}}})");

  ASSERT_TRUE(decoded.ok()) << decoded.error().message;
  const UncheckedEventsBatch* batch = decoded->batch_item.Find("e1");
  EXPECT_EQ(batch->endpoint->text, R"({"A" : [1]})");
  EXPECT_EQ(batch->events->Find("x")->text, R"({"EventType":5})");
}

TEST(DecodeJsonTest, EventsThatAreNoObjectsAreRefused) {
  const auto decoded = Decode<EventsRequest>(
      R"({"BatchItem":{"a":[],"b":{"Endpoint":1},"c":{"Events":[]},"d":{"Events":{"x":"y"}}}})");

  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(decoded.error().message,
            "Member 'BatchItem.a': expected an object, got a list. "
            "Member 'BatchItem.b.Endpoint': expected an object, got a number. "
            "Member 'BatchItem.c.Events': expected an object, got a list. "
            "Member 'BatchItem.d.Events.x': expected an object, got a string.");
}

TEST(DecodeJsonTest, RawValuesAreValidatedInFull) {
  EXPECT_FALSE(Decode<EventsRequest>(R"({"BatchItem":{"a":{"Endpoint":{"x":01}}}})").ok());
  EXPECT_FALSE(Decode<EventsRequest>(R"({"BatchItem":{"a":{"Endpoint":{"x":"\ud800"}}}})").ok());
}

}  // namespace
}  // namespace pinion::model
