#include "events/reported_event.h"

#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.h"

namespace pinion::events {
namespace {

using eventlog::Event;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr std::string_view kAt = "2026-11-23T11:15:00.250Z";

// An event of type "T" whose JSON goes on with `more`.
std::string EventWith(const std::string& more) {
  return R"({"EventType":"T","Timestamp":"2026-11-23T11:15:00.250Z")" + more + "}";
}

Event Read(const std::string& json) {
  auto event = ReadReportedEvent("e", json);
  EXPECT_TRUE(event.ok()) << event.error().message;
  return event.ok() ? *std::move(event) : Event();
}

std::string RefusalOf(const std::string& json, std::string_view id = "e") {
  const auto event = ReadReportedEvent(id, json);
  return event.ok() ? "accepted" : event.error().message;
}

std::string RefusalOfAttributes(const std::string& attributes) {
  return RefusalOf(EventWith(R"(,"Attributes":)" + attributes));
}

std::string RefusalOfSession(const std::string& session) {
  return RefusalOf(EventWith(R"(,"Session":)" + session));
}

TEST(ReportedEventTest, Evt10EventTypeIsRequired) {
  const std::string blank = "Event type cannot be null, empty or blank";
  EXPECT_EQ(RefusalOf(R"({"Timestamp":"2026-11-23T11:15:00Z"})"), blank);
  EXPECT_EQ(RefusalOf(R"({"EventType":null,"Timestamp":"2026-11-23T11:15:00Z"})"), blank);
  EXPECT_EQ(RefusalOf(R"({"EventType":"","Timestamp":"2026-11-23T11:15:00Z"})"), blank);
  EXPECT_EQ(RefusalOf(R"({"EventType":" \t","Timestamp":"2026-11-23T11:15:00Z"})"), blank);
}

TEST(ReportedEventTest, Evt10EventTypeHasAtMost256Characters) {
  const auto with_type = [](const std::string& type) {
    return R"({"EventType":")" + type + R"(","Timestamp":"2026-11-23T11:15:00Z"})";
  };
  std::string type;
  for (int i = 0; i < 256; ++i) {
    type += "é";
  }
  EXPECT_EQ(RefusalOf(with_type(type)), "accepted");
  EXPECT_THAT(RefusalOf(with_type(type + "é")), HasSubstr("EventType"));
}

TEST(ReportedEventTest, Evt11TimestampIsRequired) {
  const std::string blank = "Timestamp cannot be null, empty or blank";
  EXPECT_EQ(RefusalOf(R"({"EventType":"T"})"), blank);
  EXPECT_EQ(RefusalOf(R"({"EventType":"T","Timestamp":" "})"), blank);
}

TEST(ReportedEventTest, Evt11TimestampIsIso8601) {
  EXPECT_EQ(Read(EventWith("")).reported_at, *base::ParseInstant(kAt));
  EXPECT_EQ(RefusalOf(R"({"EventType":"T","Timestamp":"yesterday"})"),
            "Timestamp must be in ISO 8601 format");
}

TEST(ReportedEventTest, Evt11TimestampMayBeEpochMillisecondsOrSeconds) {
  const auto at = [](const std::string& timestamp) {
    return base::ToMillis(Read(R"({"EventType":"T","Timestamp":)" + timestamp + "}").reported_at);
  };
  EXPECT_EQ(at("1764000000123"), 1764000000123);
  EXPECT_EQ(at(R"("1764000000123")"), 1764000000123);
  EXPECT_EQ(at("1764000000"), 1764000000000);
  EXPECT_EQ(at(R"("1764000000")"), 1764000000000);
}

TEST(ReportedEventTest, Evt11OtherRunsOfDigitsAreNoTimestamp) {
  EXPECT_EQ(RefusalOf(R"({"EventType":"T","Timestamp":17640000001234})"),
            "Timestamp must be in ISO 8601 format");
}

TEST(ReportedEventTest, Evt12AttributeValuesBecomeText) {
  const Event event =
      Read(EventWith(R"(,"Attributes":{"b":"x","n":99.90,"t":true,"gone":null,"empty":""})"));
  EXPECT_THAT(
      event.attributes,
      ElementsAre(Pair("b", "x"), Pair("n", "99.90"), Pair("t", "true"), Pair("empty", "")));
}

TEST(ReportedEventTest, Evt12ObjectsAndListsAreNoAttributeValues) {
  EXPECT_THAT(RefusalOfAttributes(R"({"a":{}})"), HasSubstr("Attributes.a"));
  EXPECT_THAT(RefusalOfAttributes(R"({"a":["x"]})"), HasSubstr("Attributes.a"));
}

TEST(ReportedEventTest, Evt12AttributeNamesHave1To128Characters) {
  const auto named = [](const std::string& name) { return R"({")" + name + R"(":"v"})"; };
  EXPECT_THAT(RefusalOfAttributes(named("")), HasSubstr("Attributes"));
  EXPECT_EQ(RefusalOfAttributes(named(std::string(128, 'n'))), "accepted");
  EXPECT_THAT(RefusalOfAttributes(named(std::string(129, 'n'))), HasSubstr("Attributes"));
}

TEST(ReportedEventTest, Evt12AttributeValuesHaveAtMost1000Characters) {
  const auto valued = [](size_t length) {
    return R"({"a":")" + std::string(length, 'v') + R"("})";
  };
  EXPECT_EQ(RefusalOfAttributes(valued(1000)), "accepted");
  EXPECT_THAT(RefusalOfAttributes(valued(1001)), HasSubstr("Attributes.a"));
}

TEST(ReportedEventTest, Evt13MetricsAreNumbersOrNumericTexts) {
  const Event event = Read(EventWith(R"(,"Metrics":{"price":99.9,"count":"3","gone":null})"));
  EXPECT_THAT(event.metrics, ElementsAre(Pair("price", 99.9), Pair("count", 3.0)));
}

TEST(ReportedEventTest, Evt13OtherMetricsAreRefused) {
  const auto refusal = [](const std::string& value) {
    return RefusalOf(EventWith(R"(,"Metrics":{"m":)" + value + "}"));
  };
  EXPECT_THAT(refusal(R"("cheap")"), HasSubstr("Metrics.m"));
  EXPECT_THAT(refusal(R"("NaN")"), HasSubstr("Metrics.m"));
  EXPECT_THAT(refusal("1e999"), HasSubstr("Metrics.m"));
  EXPECT_THAT(refusal("true"), HasSubstr("Metrics.m"));
  EXPECT_THAT(RefusalOf(EventWith(R"(,"Metrics":{"":1})")), HasSubstr("Metrics"));
}

TEST(ReportedEventTest, Evt13AttributesAndMetricsTogetherAreAtMost200) {
  const auto with_attributes = [](int count) {
    std::string attributes;
    for (int i = 0; i < count; ++i) {
      attributes += (i == 0 ? "\"a" : ",\"a") + std::to_string(i) + "\":\"\"";
    }
    return EventWith(R"(,"Metrics":{"m":1},"Attributes":{)" + attributes + "}");
  };
  EXPECT_EQ(RefusalOf(with_attributes(199)), "accepted");
  EXPECT_THAT(RefusalOf(with_attributes(200)), HasSubstr("200"));
}

TEST(ReportedEventTest, Evt14ASessionHasIdAndTimes) {
  const Event event = Read(EventWith(
      R"(,"Session":{"Id":"s-1","StartTimestamp":"2026-11-23T11:00:00Z","StopTimestamp":"2026-11-23T11:15:00Z","Duration":900000})"));
  ASSERT_TRUE(event.session.has_value());
  EXPECT_EQ(event.session->id, "s-1");
  EXPECT_EQ(event.session->start, *base::ParseInstant("2026-11-23T11:00:00Z"));
  EXPECT_EQ(event.session->stop, base::ParseInstant("2026-11-23T11:15:00Z"));
}

TEST(ReportedEventTest, Evt14AnOpenSessionHasNoStop) {
  const Event event =
      Read(EventWith(R"(,"Session":{"Id":"s","StartTimestamp":"2026-11-23T11:00:00Z"})"));
  EXPECT_EQ(event.session->stop, std::nullopt);
}

TEST(ReportedEventTest, Evt14IdAndStartAreRequired) {
  EXPECT_THAT(RefusalOfSession(R"({"StartTimestamp":"2026-11-23T11:00:00Z"})"),
              HasSubstr("Session.Id"));
  EXPECT_THAT(RefusalOfSession(R"({"Id":"","StartTimestamp":"2026-11-23T11:00:00Z"})"),
              HasSubstr("Session.Id"));
  EXPECT_THAT(RefusalOfSession(R"({"Id":"s"})"), HasSubstr("Session.StartTimestamp"));
  EXPECT_THAT(RefusalOfSession(R"({"Id":"s","StartTimestamp":"soon"})"),
              HasSubstr("Session.StartTimestamp"));
}

TEST(ReportedEventTest, Evt14ASessionIdHasAtMost256Characters) {
  const auto with_id = [](size_t length) {
    return R"({"Id":")" + std::string(length, 's') +
           R"(","StartTimestamp":"2026-11-23T11:00:00Z"})";
  };
  EXPECT_EQ(RefusalOfSession(with_id(256)), "accepted");
  EXPECT_THAT(RefusalOfSession(with_id(257)), HasSubstr("Session.Id"));
}

TEST(ReportedEventTest, Evt14ASessionDoesNotStopBeforeItStarts) {
  EXPECT_THAT(
      RefusalOfSession(
          R"({"Id":"s","StartTimestamp":"2026-11-23T11:00:00Z","StopTimestamp":"2026-11-23T10:59:59Z"})"),
      HasSubstr("StopTimestamp"));
  EXPECT_THAT(
      RefusalOfSession(R"({"Id":"s","StartTimestamp":"2026-11-23T11:00:00Z","Duration":-1})"),
      HasSubstr("Duration"));
}

TEST(ReportedEventTest, Evt14ADurationThatDoesNotFitIsAccepted) {
  EXPECT_EQ(
      RefusalOfSession(
          R"({"Id":"s","StartTimestamp":"2026-11-23T11:00:00Z","StopTimestamp":"2026-11-23T11:00:01Z","Duration":5.5})"),
      "accepted");
}

TEST(ReportedEventTest, Evt14AnEmptySessionCountsAsAbsent) {
  EXPECT_EQ(Read(EventWith(R"(,"Session":{})")).session, std::nullopt);
}

TEST(ReportedEventTest, Evt15AnEventHasAtMost1000KB) {
  const std::string frame = EventWith(R"(,"Unknown":"")");
  const auto sized = [&](size_t bytes) {
    return EventWith(R"(,"Unknown":")" + std::string(bytes - frame.size(), 'x') + "\"");
  };
  EXPECT_EQ(RefusalOf(sized(1'024'000)), "accepted");
  EXPECT_THAT(RefusalOf(sized(1'024'001)), HasSubstr("1000 KB"));
}

TEST(ReportedEventTest, Evt15AnEventIdHas1To256Characters) {
  EXPECT_THAT(RefusalOf(EventWith(""), ""), HasSubstr("event id"));
  EXPECT_EQ(RefusalOf(EventWith(""), std::string(256, 'i')), "accepted");
  EXPECT_THAT(RefusalOf(EventWith(""), std::string(257, 'i')), HasSubstr("event id"));
}

TEST(ReportedEventTest, Evt15FactsOfTheAppAreCutAndEmptyOnesAbsent) {
  const Event event =
      Read(EventWith(R"(,"AppPackageName":"com.example.shop","AppTitle":"","AppVersionCode":31,)"
                     R"("SdkName":"amplify-js","ClientSdkVersion":")" +
                     std::string(300, '6') + "\""));
  EXPECT_THAT(event.facts,
              ElementsAre(Pair("package_name", "com.example.shop"),
                          Pair("version_code", "31"),
                          Pair("sdk_name", "amplify-js"),
                          Pair("sdk_version", std::string(256, '6'))));
}

TEST(ReportedEventTest, Evt52NullMembersAreAbsent) {
  const Event event = Read(EventWith(R"(,"Attributes":null,"Metrics":null,"Session":null)"));
  EXPECT_THAT(event.attributes, IsEmpty());
  EXPECT_THAT(event.metrics, IsEmpty());
  EXPECT_EQ(event.session, std::nullopt);
}

}  // namespace
}  // namespace pinion::events
