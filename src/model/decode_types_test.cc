// Values and the members they are for (API-45 to API-50, API-56, API-28).
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "base/time_text.h"
#include "model/campaigns.h"
#include "model/channels.h"
#include "model/codec.h"
#include "model/endpoints.h"
#include "model/events.h"
#include "model/journeys.h"
#include "model/messages.h"
#include "model/native_events.h"
#include "model/segments.h"
#include "model/settings.h"

namespace pinion::model {
namespace {

template <class T>
std::string ErrorOf(std::string_view json) {
  const auto decoded = Decode<T>(json);
  return decoded.ok() ? "" : decoded.error().message;
}

std::string LimitsError(const std::string& value) {
  return ErrorOf<WriteCampaignRequest>("{\"Limits\":{\"Daily\":" + value + "}}");
}

std::optional<int32_t> Daily(const std::string& value) {
  const auto decoded = Decode<WriteCampaignRequest>("{\"Limits\":{\"Daily\":" + value + "}}");
  return decoded.ok() ? decoded->limits->daily : std::nullopt;
}

std::optional<double> Latitude(const std::string& value) {
  const auto decoded = Decode<EndpointRequest>("{\"Location\":{\"Latitude\":" + value + "}}");
  return decoded.ok() ? decoded->location->latitude : std::nullopt;
}

std::string At(const std::string& value) {
  const auto decoded =
      Decode<IngestRefusal>(R"({"EndpointId":"","Message":"","At":)" + value + "}");
  return decoded.ok() ? base::FormatIso8601(decoded->at) : decoded.error().message;
}

TEST(DecodeTypesTest, MissingRequiredMemberIsNamedByItsPath) {
  EXPECT_EQ(
      ErrorOf<WriteSegmentRequest>(
          R"({"SegmentGroups":{"Groups":[{"Dimensions":[{"Attributes":{"tier":{}}}]}]}})"),
      "Missing required member 'SegmentGroups.Groups[0].Dimensions[0].Attributes.tier.Values'.");
}

TEST(DecodeTypesTest, NullForARequiredMemberIsMissing) {
  EXPECT_EQ(ErrorOf<EndpointBatchRequest>(R"({"Item":null})"), "Missing required member 'Item'.");
}

TEST(DecodeTypesTest, EmptyStringSatisfiesRequired) {
  EXPECT_EQ(ErrorOf<WriteEventStream>(R"({"DestinationStreamArn":"","RoleArn":""})"), "");
}

TEST(DecodeTypesTest, ObjectForANumberIsNamed) {
  EXPECT_EQ(LimitsError("{}"), "Member 'Limits.Daily': expected an integer, got an object.");
}

TEST(DecodeTypesTest, UnknownEnumValueListsTheChoices) {
  EXPECT_EQ(
      ErrorOf<WriteSegmentRequest>(R"({"SegmentGroups":{"Include":"SOME"}})"),
      "Member 'SegmentGroups.Include': unknown value 'SOME', expected one of ALL, ANY, NONE.");
  EXPECT_NE(ErrorOf<WriteSegmentRequest>(R"({"SegmentGroups":{"Include":"all"}})"), "");
}

TEST(DecodeTypesTest, EnumValuesAreDecoded) {
  EXPECT_EQ(Decode<EndpointRequest>(R"({"ChannelType":"APNS_SANDBOX"})")->channel_type,
            ChannelType::kApnsSandbox);
}

TEST(DecodeTypesTest, StringTakesTheSourceTextOfNumbersAndBooleans) {
  const auto decoded = Decode<EndpointRequest>(
      R"({"Attributes":{"qty":[2],"price":[99.90, 1e2 ],"vip":[true]},"Address":12345678901234567890})");

  ASSERT_TRUE(decoded.ok()) << decoded.error().message;
  EXPECT_EQ(*decoded->attributes,
            (Map<std::vector<std::string>>{
                {"qty", {"2"}}, {"price", {"99.90", "1e2"}}, {"vip", {"true"}}}));
  EXPECT_EQ(decoded->address, "12345678901234567890");
}

TEST(DecodeTypesTest, StringTakesNoObjectAndNoList) {
  EXPECT_EQ(ErrorOf<EndpointRequest>(R"({"Address":{},"RequestId":["x"]})"),
            "Member 'Address': expected a string, got an object. "
            "Member 'RequestId': expected a string, got a list.");
}

TEST(DecodeTypesTest, ScalarIsNoListOfOne) {
  EXPECT_EQ(ErrorOf<EndpointRequest>(R"({"Attributes":{"a":"x"}})"),
            "Member 'Attributes.a': expected a list, got a string.");
  EXPECT_EQ(ErrorOf<EndpointRequest>(R"({"Attributes":[]})"),
            "Member 'Attributes': expected an object, got a list.");
}

TEST(DecodeTypesTest, IntegerTakesWholeNumbersInAnyForm) {
  for (const char* five : {"5", "5.0", "5e0", "50e-1", "0.5E1", "\"5\"", "\"5.0\"", "0.0005e+4"}) {
    EXPECT_EQ(Daily(five), 5) << five;
  }
  EXPECT_EQ(Daily("-2147483648"), INT32_MIN);
  EXPECT_EQ(Daily("2147483647"), INT32_MAX);
  EXPECT_EQ(Daily("0e999999999999"), 0);
  EXPECT_EQ(Daily("-0"), 0);
}

TEST(DecodeTypesTest, IntegerRefusesFractionsRangesAndOtherText) {
  EXPECT_EQ(LimitsError("1.5"), "Member 'Limits.Daily': expected an integer, got 1.5.");
  EXPECT_EQ(LimitsError("2147483648"),
            "Member 'Limits.Daily': expected an integer in the 32-bit range, got 2147483648.");
  EXPECT_EQ(LimitsError("\"five\""), "Member 'Limits.Daily': expected an integer, got 'five'.");
  for (const char* text :
       {"true", "\"\"", "\" 5\"", "\"05\"", "1e99999999999999999999", "1e-1", "\"+5\""}) {
    EXPECT_NE(LimitsError(text), "") << text;
  }
}

TEST(DecodeTypesTest, DoubleTakesNumbersAndStringsOfThem) {
  EXPECT_EQ(Latitude("59.9"), 59.9);
  EXPECT_EQ(Latitude("\"-1e-3\""), -0.001);
  EXPECT_EQ(Latitude("1e-400"), 0.0);
  EXPECT_EQ(Latitude("0.0e999"), 0.0);
  EXPECT_EQ(Latitude("5e-324"), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(Latitude("1e400"), std::nullopt);
  EXPECT_EQ(Latitude("\"NaN\""), std::nullopt);
  EXPECT_EQ(Latitude("\"inf\""), std::nullopt);
  EXPECT_EQ(Latitude("false"), std::nullopt);
}

TEST(DecodeTypesTest, BooleanTakesItsTwoWords) {
  EXPECT_EQ(Decode<WriteSegmentRequest>("{}").ok(), true);
  EXPECT_EQ(Decode<EmailChannelRequest>(R"({"FromAddress":"a","Identity":"b","Enabled":"true"})")
                ->enabled,
            true);
  EXPECT_EQ(
      Decode<EmailChannelRequest>(R"({"FromAddress":"a","Identity":"b","Enabled":false})")->enabled,
      false);
  EXPECT_EQ(ErrorOf<SMSChannelRequest>(R"({"Enabled":"TRUE"})"),
            "Member 'Enabled': expected true or false, got 'TRUE'.");
  EXPECT_EQ(ErrorOf<SMSChannelRequest>(R"({"Enabled":1})"),
            "Member 'Enabled': expected a boolean, got 1.");
}

TEST(DecodeTypesTest, TimestampTakesIsoTextAndEpochSeconds) {
  EXPECT_EQ(At("\"2026-11-23T11:15:00Z\""), "2026-11-23T11:15:00.000Z");
  EXPECT_EQ(At("\"2026-11-23 12:15+01\""), "2026-11-23T11:15:00.000Z");
  EXPECT_EQ(At("\"2026-11-23\""), "2026-11-23T00:00:00.000Z");
  EXPECT_EQ(At("1700000000"), "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(At("1700000000.1239"), "2023-11-14T22:13:20.123Z");
  EXPECT_EQ(At("1.7e9"), "2023-11-14T22:13:20.000Z");
}

TEST(DecodeTypesTest, TimestampRefusesOtherThings) {
  EXPECT_EQ(At("\"tomorrow\""), "Member 'At': expected an ISO 8601 time, got 'tomorrow'.");
  EXPECT_EQ(At("-1"), "Member 'At': expected an ISO 8601 time, got -1.");
  EXPECT_EQ(At("253402300800"), "Member 'At': expected an ISO 8601 time, got 253402300800.");
  EXPECT_EQ(At("{}"), "Member 'At': expected an ISO 8601 time, got an object.");
}

TEST(DecodeTypesTest, BlobIsBase64) {
  EXPECT_EQ(Decode<RawEmail>(R"({"Data":"aGk\r\n="})")->data, "hi");
  EXPECT_EQ(ErrorOf<RawEmail>(R"({"Data":"aGk"})"),
            "Member 'Data': expected base64 with padding, got something else.");
}

TEST(DecodeTypesTest, EmptyStringIsUnsetInChannelsAndHooksOnly) {
  EXPECT_EQ(Decode<APNSChannelRequest>(R"({"BundleId":""})")->bundle_id, std::nullopt);
  EXPECT_EQ(Decode<CampaignHook>(R"({"WebUrl":"","Mode":""})")->mode, std::nullopt);
  EXPECT_EQ(Decode<CampaignHook>(R"({"Mode":"FILTER"})")->mode, Mode::kFilter);
  EXPECT_EQ(Decode<EndpointRequest>(R"({"Address":""})")->address, "");
}

TEST(DecodeTypesTest, ViolationsComeInDocumentOrder) {
  EXPECT_EQ(ErrorOf<WriteCampaignRequest>(
                R"({"Schedule":{"Timezone":"UTC"},"Limits":{"Total":[],"Daily":"x"},"Name":{}})"),
            "Missing required member 'Schedule.StartTime'. "
            "Member 'Limits.Total': expected an integer, got a list. "
            "Member 'Limits.Daily': expected an integer, got 'x'. "
            "Member 'Name': expected a string, got an object.");
}

TEST(DecodeTypesTest, TenViolationsAreReported) {
  const std::string message =
      ErrorOf<EndpointBatchRequest>(R"({"Item":[1,2,3,4,5,6,7,8,9,10,11]})");

  EXPECT_NE(message.find("Item[9]"), std::string::npos);
  EXPECT_EQ(message.find("Item[10]"), std::string::npos);
}

TEST(DecodeTypesTest, ValuesAreEchoedUpToOneHundredCharacters) {
  const std::string message = LimitsError("\"" + std::string(500, 'y') + "\"");

  EXPECT_NE(message.find(std::string(100, 'y') + "'"), std::string::npos);
  EXPECT_EQ(message.find(std::string(101, 'y')), std::string::npos);
}

TEST(DecodeTypesTest, LongMapKeysAreCutInPaths) {
  const std::string message =
      ErrorOf<EndpointRequest>("{\"Attributes\":{\"" + std::string(500, 'k') + "\":1}}");

  EXPECT_EQ(message.find(std::string(101, 'k')), std::string::npos);
}

TEST(DecodeTypesTest, MapKeysOfAnEnumAreChecked) {
  EXPECT_EQ(ErrorOf<OpenHours>(R"({"EMAIL":{"MONDAY":[]}})"), "");
  EXPECT_EQ(ErrorOf<OpenHours>(R"({"EMAIL":{"MOONDAY":[]}})"),
            "Member 'EMAIL.MOONDAY': unknown value 'MOONDAY', expected one of MONDAY, TUESDAY, "
            "WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY.");
}

}  // namespace
}  // namespace pinion::model
