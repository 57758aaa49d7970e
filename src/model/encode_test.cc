// JSON out (API-7, API-50, API-51, API-55), and that what is written reads back.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "model/campaigns.h"
#include "model/codec.h"
#include "model/endpoints.h"
#include "model/events.h"
#include "model/kpis.h"
#include "model/messages.h"
#include "model/native_events.h"
#include "model/tags.h"

namespace pinion::model {
namespace {

TEST(EncodeTest, AbsentMembersAreLeftOutAndRequiredOnesWritten) {
  EXPECT_EQ(ToJson(EndpointRequest{}), "{}");
  EXPECT_EQ(ToJson(CampaignsResponse{}), R"({"Item":[]})");
  EXPECT_EQ(ToJson(TagsModel{}), R"({"tags":{}})");
  EXPECT_EQ(ToJson(MessageBody{}), "{}");
}

TEST(EncodeTest, MembersComeInTheOrderOfTheModel) {
  WriteCampaignRequest request;
  request.tags.emplace().Set("env", "prod");
  request.name = "n";
  request.limits.emplace().daily = 3;
  request.description = "d\n\"";

  EXPECT_EQ(ToJson(request),
            R"({"Description":"d\n\"","Limits":{"Daily":3},"Name":"n","tags":{"env":"prod"}})");
}

TEST(EncodeTest, MapEntriesKeepTheirOrderAndNamesAreEscaped) {
  EndpointRequest request;
  request.attributes.emplace().Set("z\"", {"1"});
  request.attributes->Set("a", {});

  EXPECT_EQ(ToJson(request), R"({"Attributes":{"z\"":["1"],"a":[]}})");
}

TEST(EncodeTest, DoublesAreShortestAndIntegersHaveNoFraction) {
  EndpointLocation location;
  location.latitude = 0.1;
  location.longitude = 60.0;

  EXPECT_EQ(ToJson(location), R"({"Latitude":0.1,"Longitude":60})");
}

TEST(EncodeTest, TimesHaveThreeDigitsAndZ) {
  IngestRefusal refusal;
  refusal.at = base::TimestampFromMillis(1'700'000'000'120);

  EXPECT_EQ(ToJson(refusal), R"({"At":"2023-11-14T22:13:20.120Z","EndpointId":"","Message":""})");
}

TEST(EncodeTest, BlobsAreBase64) {
  EXPECT_EQ(ToJson(RawEmail{.data = "hi"}), R"({"Data":"aGk="})");
}

TEST(EncodeTest, EnumsAreTheirWireNames) {
  EndpointRequest request;
  request.channel_type = ChannelType::kApnsVoipSandbox;

  EXPECT_EQ(ToJson(request), R"({"ChannelType":"APNS_VOIP_SANDBOX"})");
}

TEST(EncodeTest, EmptyIsAnEmptyObject) {
  EXPECT_EQ(ToJson(Empty{}), "{}");
}

TEST(EncodeTest, EncodeAppends) {
  std::string out = "[";
  Encode(Empty{}, out);

  EXPECT_EQ(out, "[{}");
}

TEST(EncodeTest, NullsOfNullableMapsAndRawTextsReadBack) {
  const std::string endpoint = R"({"Attributes":{"a":[]},"Metrics":{"m":null,"n":2.5}})";
  const std::string events = R"({"BatchItem":{"e":{"Endpoint":{"x":[1, 2]},"Events":{}}}})";

  EXPECT_EQ(ToJson(*Decode<EndpointRequest>(endpoint)), endpoint);
  EXPECT_EQ(ToJson(*Decode<EventsRequest>(events)), events);
}

TEST(EncodeTest, StructReadsBackEqual) {
  MessageRequest request;
  request.addresses.emplace().Set("+4712345678",
                                  {.channel_type = ChannelType::kSms,
                                   .substitutions = Map<std::vector<std::string>>{{"n", {"A"}}}});
  auto& message = request.message_configuration;
  message.sms_message.emplace().body = "hi \U0001F600";
  message.sms_message->message_type = MessageType::kTransactional;
  message.gcm_message.emplace().silent_push = true;
  message.gcm_message->data.emplace().Set("k", "v");
  message.apns_message.emplace().time_to_live = -5;
  request.trace_id = "t";

  const auto decoded = Decode<MessageRequest>(ToJson(request));

  ASSERT_TRUE(decoded.ok()) << decoded.error().message;
  EXPECT_EQ(*decoded, request);
}

}  // namespace
}  // namespace pinion::model
